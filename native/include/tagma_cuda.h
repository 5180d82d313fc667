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

/* cuda.h gives some names a suffix of the stream's default (per thread or not); ours are the plain ones. */
#ifdef CUDA_API_PER_THREAD_DEFAULT_STREAM
#error "tagma_cuda.h declares the calls of the legacy default stream; leave CUDA_API_PER_THREAD_DEFAULT_STREAM undefined"
#endif

/* cuda.h's own include guard: where it was read first, its types and constants stand. */
#ifndef __cuda_cuda_h__

/* A device as the driver names it: what cuDeviceGet answers for an ordinal. */
typedef int CUdevice;

/* An address in a device's memory. */
typedef unsigned long long CUdeviceptr;

typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;

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
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_ECC_UNCORRECTABLE = 214,
    CUDA_ERROR_INVALID_PTX = 218,
    CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
    CUDA_ERROR_OPERATING_SYSTEM = 304,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_LAUNCH_TIMEOUT = 702,
    CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
    CUDA_ERROR_ASSERT = 710,
    CUDA_ERROR_HARDWARE_STACK_ERROR = 714,
    CUDA_ERROR_ILLEGAL_INSTRUCTION = 715,
    CUDA_ERROR_MISALIGNED_ADDRESS = 716,
    CUDA_ERROR_INVALID_ADDRESS_SPACE = 717,
    CUDA_ERROR_INVALID_PC = 718,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_SYSTEM_NOT_READY = 802,
    CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
    CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_UNKNOWN = 999
} CUresult;

typedef enum CUdevice_attribute_enum {
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76
} CUdevice_attribute;

/* What the just-in-time compiler of PTX is told and tells. */
typedef enum CUjit_option_enum {
    CU_JIT_ERROR_LOG_BUFFER = 5,
    CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6
} CUjit_option;

typedef enum CUstreamCaptureMode_enum {
    CU_STREAM_CAPTURE_MODE_GLOBAL = 0,
    CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1,
    CU_STREAM_CAPTURE_MODE_RELAXED = 2
} CUstreamCaptureMode;

/* A stream that does not wait for the default stream. */
typedef enum CUstream_flags_enum { CU_STREAM_NON_BLOCKING = 1 } CUstream_flags;

/* Kernels may read and write the host's memory through an address of their own. */
#define CU_MEMHOSTALLOC_PORTABLE 0x01
#define CU_MEMHOSTALLOC_DEVICEMAP 0x02

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

/* The process's one context on a device, counted: it ends, with all that was made in it, when each retain was released. */
CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev);

/* What the calls of this thread are about from now on. */
CUresult cuCtxSetCurrent(CUcontext ctx);

/* The calls below want a current context. */

CUresult cuMemGetInfo_v2(size_t *free, size_t *total);
CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize);
CUresult cuMemFree_v2(CUdeviceptr dptr);

/* Memory of the host that is never paged out, so that copies run beside everything else. */
CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags);
CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags);
CUresult cuMemFreeHost(void *p);

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream);
CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream);
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream);
CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream);

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags);
CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags);
CUresult cuStreamSynchronize(CUstream hStream);
CUresult cuStreamDestroy_v2(CUstream hStream);

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags);
CUresult cuEventRecord(CUevent hEvent, CUstream hStream);
CUresult cuEventSynchronize(CUevent hEvent);

/* Milliseconds. Newer versions of cuda.h name its successor _v2, which drivers before 570 lack; the signature is the same. */
CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd);
CUresult cuEventDestroy_v2(CUevent hEvent);

/* image is PTX, ended by a NUL, which the driver compiles for the context's device. */
CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options, void **optionValues);
CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name);
CUresult cuModuleUnload(CUmodule hmod);

CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream, void **kernelParams, void **extra);

/* Between the two, work given to the stream is recorded instead of done. */
CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode);
CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph);
CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags);
CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream);
CUresult cuGraphExecDestroy(CUgraphExec hGraphExec);
CUresult cuGraphDestroy(CUgraph hGraph);

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
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_IMAGE, 200);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_CONTEXT, 201);
TAGMA_CUDA_SAME(CUDA_ERROR_NO_BINARY_FOR_GPU, 209);
TAGMA_CUDA_SAME(CUDA_ERROR_ECC_UNCORRECTABLE, 214);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_PTX, 218);
TAGMA_CUDA_SAME(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, 222);
TAGMA_CUDA_SAME(CUDA_ERROR_OPERATING_SYSTEM, 304);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_HANDLE, 400);
TAGMA_CUDA_SAME(CUDA_ERROR_NOT_FOUND, 500);
TAGMA_CUDA_SAME(CUDA_ERROR_NOT_READY, 600);
TAGMA_CUDA_SAME(CUDA_ERROR_ILLEGAL_ADDRESS, 700);
TAGMA_CUDA_SAME(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, 701);
TAGMA_CUDA_SAME(CUDA_ERROR_LAUNCH_TIMEOUT, 702);
TAGMA_CUDA_SAME(CUDA_ERROR_CONTEXT_IS_DESTROYED, 709);
TAGMA_CUDA_SAME(CUDA_ERROR_ASSERT, 710);
TAGMA_CUDA_SAME(CUDA_ERROR_HARDWARE_STACK_ERROR, 714);
TAGMA_CUDA_SAME(CUDA_ERROR_ILLEGAL_INSTRUCTION, 715);
TAGMA_CUDA_SAME(CUDA_ERROR_MISALIGNED_ADDRESS, 716);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_ADDRESS_SPACE, 717);
TAGMA_CUDA_SAME(CUDA_ERROR_INVALID_PC, 718);
TAGMA_CUDA_SAME(CUDA_ERROR_LAUNCH_FAILED, 719);
TAGMA_CUDA_SAME(CUDA_ERROR_SYSTEM_NOT_READY, 802);
TAGMA_CUDA_SAME(CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803);
TAGMA_CUDA_SAME(CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, 804);
TAGMA_CUDA_SAME(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, 900);
TAGMA_CUDA_SAME(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, 901);
TAGMA_CUDA_SAME(CUDA_ERROR_UNKNOWN, 999);
TAGMA_CUDA_SAME(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 75);
TAGMA_CUDA_SAME(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 76);
TAGMA_CUDA_SAME(sizeof(CUdeviceptr), 8);
TAGMA_CUDA_SAME(sizeof(CUstream), 8);
TAGMA_CUDA_SAME(sizeof(CUjit_option), 4);
TAGMA_CUDA_SAME(sizeof(CUstreamCaptureMode), 4);
TAGMA_CUDA_SAME(CU_JIT_ERROR_LOG_BUFFER, 5);
TAGMA_CUDA_SAME(CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, 6);
TAGMA_CUDA_SAME(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, 1);
TAGMA_CUDA_SAME(CU_STREAM_NON_BLOCKING, 1);
TAGMA_CUDA_SAME(CU_MEMHOSTALLOC_PORTABLE, 1);
TAGMA_CUDA_SAME(CU_MEMHOSTALLOC_DEVICEMAP, 2);
#undef TAGMA_CUDA_SAME

#endif /* TAGMA_CUDA_H */
