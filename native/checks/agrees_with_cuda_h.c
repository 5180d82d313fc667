/* Compiles only where every declaration of tagma_cuda.h agrees with the installed cuda.h. Nothing runs. */
#include <cuda.h>
#include <tagma_cuda.h>

/* Guards against a cuda.h that is not NVIDIA's (Linux has one, for a bus of old Macintoshes). */
#ifndef CUDA_VERSION
#error "this cuda.h is not the CUDA toolkit's"
#endif
