/*
 * The calls of the CUDA driver API that Tagma makes, and nothing else.
 *
 * Written from the published interface of the driver, for two readers: a generator of Java bindings, which must not need a
 * CUDA toolkit, and the test-only driver beside it. Where NVIDIA's cuda.h is installed, the build compiles cuda.h followed by
 * this file: a declaration that disagrees is then a C error, and a constant that disagrees fails an assertion below.
 *
 * Linux only: there the driver's calling convention is the platform's.
 */
#ifndef TAGMA_CUDA_H
#define TAGMA_CUDA_H

#include <stddef.h>

/* cuda.h's own include guard: where it was read first, its types and constants stand. */
#ifndef __cuda_cuda_h__

/* A device as the driver names it: what cuDeviceGet answers for an ordinal. */
typedef int CUdevice;

/* What every call answers. Only the codes that Tagma or its tests name; a driver may answer others. */
typedef enum cudaError_enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_STUB_LIBRARY = 34,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_OPERATING_SYSTEM = 304,
    CUDA_ERROR_SYSTEM_NOT_READY = 802,
    CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
    CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804,
    CUDA_ERROR_UNKNOWN = 999
} CUresult;

typedef enum CUdevice_attribute_enum {
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76
} CUdevice_attribute;

#endif /* __cuda_cuda_h__ */

/* Must be called before any other call but the error texts; flags must be 0. */
CUresult cuInit(unsigned int flags);

/* The newest CUDA version that the driver supports, as 1000 * major + 10 * minor. */
CUresult cuDriverGetVersion(int *driverVersion);

/* How many devices this process may use. */
CUresult cuDeviceGetCount(int *count);

/* The device at an ordinal, 0 <= ordinal < count. */
CUresult cuDeviceGet(CUdevice *device, int ordinal);

/* Writes the device's name, cut to len - 1 bytes, and a terminating NUL. */
CUresult cuDeviceGetName(char *name, int len, CUdevice dev);

CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev);

/* The device's memory in bytes. cuda.h makes cuDeviceTotalMem a macro for this name. */
CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev);

/* Static texts that the driver owns; for a code it does not know: CUDA_ERROR_INVALID_VALUE, and NULL in *pStr. */
CUresult cuGetErrorName(CUresult error, const char **pStr);
CUresult cuGetErrorString(CUresult error, const char **pStr);

/* What the Java side takes for granted; checked against these declarations, or against cuda.h's where that was read first. */
#define TAGMA_CUDA_SAME(a, b) _Static_assert((a) == (b), #a " is not " #b)
TAGMA_CUDA_SAME(sizeof(CUdevice), 4);
TAGMA_CUDA_SAME(sizeof(CUresult), 4);
TAGMA_CUDA_SAME(sizeof(CUdevice_attribute), 4);
TAGMA_CUDA_SAME(sizeof(size_t), 8);
TAGMA_CUDA_SAME(CUDA_SUCCESS, 0);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_VALUE, 1);
TAGMA_CUDA_SAME(CUDA_ERROR_OUT_OF_MEMORY, 2);
TAGMA_CUDA_SAME(CUDA_ERROR_NOT_INITIALIZED, 3);
TAGMA_CUDA_SAME(CUDA_ERROR_DEINITIALIZED, 4);
TAGMA_CUDA_SAME(CUDA_ERROR_STUB_LIBRARY, 34);
TAGMA_CUDA_SAME(CUDA_ERROR_NO_DEVICE, 100);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_DEVICE, 101);
TAGMA_CUDA_SAME(CUDA_ERROR_OPERATING_SYSTEM, 304);
TAGMA_CUDA_SAME(CUDA_ERROR_SYSTEM_NOT_READY, 802);
TAGMA_CUDA_SAME(CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803);
TAGMA_CUDA_SAME(CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, 804);
TAGMA_CUDA_SAME(CUDA_ERROR_UNKNOWN, 999);
TAGMA_CUDA_SAME(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 75);
TAGMA_CUDA_SAME(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 76);
#undef TAGMA_CUDA_SAME

#endif /* TAGMA_CUDA_H */
