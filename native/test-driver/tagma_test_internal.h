/* What the parts of the stand-in share. Test-only. */
#ifndef TAGMA_TEST_INTERNAL_H
#define TAGMA_TEST_INTERNAL_H

#include "tagma_test_driver.h"

#include <stddef.h>
#include <tagma_cuda.h>

/* So that a caller who takes an ordinal for a handle is found out. */
#define FIRST_HANDLE 100

#define CALLS(X) \
    X(cuInit) X(cuDriverGetVersion) X(cuDeviceGetCount) X(cuDeviceGet) X(cuDeviceGetName) \
    X(cuDeviceGetAttribute) X(cuDeviceTotalMem_v2) X(cuGetErrorName) X(cuGetErrorString) \
    X(cuDevicePrimaryCtxRetain) X(cuDevicePrimaryCtxRelease_v2) X(cuCtxSetCurrent) X(cuMemGetInfo_v2) \
    X(cuMemAlloc_v2) X(cuMemFree_v2) X(cuMemHostAlloc) X(cuMemHostGetDevicePointer_v2) X(cuMemFreeHost) \
    X(cuMemcpyHtoDAsync_v2) X(cuMemcpyDtoHAsync_v2) X(cuMemcpyDtoDAsync_v2) X(cuMemsetD32Async) \
    X(cuStreamCreate) X(cuStreamWaitEvent) X(cuStreamSynchronize) X(cuStreamDestroy_v2) X(cuEventCreate) \
    X(cuEventRecord) X(cuEventSynchronize) X(cuEventElapsedTime) X(cuEventDestroy_v2) X(cuModuleLoadDataEx) \
    X(cuModuleGetFunction) X(cuModuleUnload) X(cuLaunchKernel) X(cuStreamBeginCapture_v2) X(cuStreamEndCapture) \
    X(cuGraphInstantiateWithFlags) X(cuGraphLaunch) X(cuGraphExecDestroy) X(cuGraphDestroy)

enum call {
#define NUMBER(name) CALL_##name,
    CALLS(NUMBER)
#undef NUMBER
    CALL_COUNT
};

CUresult tagma_test_misuse(CUresult code);
CUresult tagma_test_enter(enum call call);
CUresult tagma_test_enter_initialised(enum call call, const void *result);
CUresult tagma_test_enter_device(enum call call, const void *result, CUdevice dev);
CUresult tagma_test_enter_context(enum call call);

/* The error that broke the context, or 0. */
int tagma_test_is_broken(void);
int tagma_test_version(void);
int tagma_test_capability(CUdevice dev);
size_t tagma_test_memory(CUdevice dev);

/* The current context's device as an ordinal, or -1. */
int tagma_test_current(void);
void tagma_test_destroy_all(void);

/*
 * The kernels compiled for the processor (cuda/harness), where there is a C++ compiler. Weak: without them modules load and
 * functions are found, and a launch is refused.
 */
__attribute__((weak)) int tagma_cpu_kernel(const char *name);
__attribute__((weak)) int tagma_cpu_parameters(int kernel, size_t *sizes);
__attribute__((weak)) int tagma_cpu_launch(int kernel, const unsigned int *grid, const unsigned int *block, void **parameters);

#endif
