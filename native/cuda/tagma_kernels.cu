/*
 * The kernels of io.tagma.engine.kernel.Kernels for a GPU. ScalarKernels is what they mean: each output is one chain of fused
 * multiply-adds in the reference's order, threads run across outputs and never across a sum. All of them take any sizes; nothing
 * is aligned but floats.
 */
#include "tagma_math.cuh"

#include "tagma_elementwise.cuh"
#include "tagma_sparse.cuh"
#include "tagma_dense.cuh"
#include "tagma_similarity.cuh"
