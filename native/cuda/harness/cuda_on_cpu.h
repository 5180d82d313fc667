/*
 * What a C++ compiler needs to take a .cu file of ours for a program of the processor: the words of the language, the numbers of
 * thread and block, the intrinsics that the kernels use, and barriers. Test-only. It shows that the arithmetic is right, not
 * that nothing races: threads of a block run one after the other, each up to its next barrier.
 */
#ifndef TAGMA_CUDA_ON_CPU_H
#define TAGMA_CUDA_ON_CPU_H

#include <math.h>
#include <string.h>

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
/* One block at a time in a thread of the processor, so its shared memory is that thread's. */
#define __shared__ static thread_local

struct tagma_place { unsigned int x, y, z; };

extern thread_local tagma_place threadIdx, blockIdx, blockDim, gridDim;

/* Both wait for threads of the block, or of the 32 of a warp, that have not returned. */
void __syncthreads();
float __shfl_xor_sync(unsigned int mask, float value, int with);

static inline unsigned int __float_as_uint(float x) {
    unsigned int bits;
    memcpy(&bits, &x, 4);
    return bits;
}

static inline float __uint_as_float(unsigned int bits) {
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
static inline float __fadd_rn(float a, float b) { return a + b; }
static inline float __fsub_rn(float a, float b) { return a - b; }
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fsqrt_rn(float a) { return sqrtf(a); }

#endif
