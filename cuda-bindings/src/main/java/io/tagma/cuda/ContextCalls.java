package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The driver's calls about contexts, memory and copies, as {@code native/include/tagma_cuda.h} declares them: handles and
 * addresses are longs, places for results are segments. Immutable; any thread may call. Every method answers the driver's code.
 */
final class ContextCalls {
    /** Every symbol this class binds. */
    static final List<String> SYMBOLS = List.of(
            "cuDevicePrimaryCtxRetain",
            "cuDevicePrimaryCtxRelease_v2",
            "cuCtxSetCurrent",
            "cuMemGetInfo_v2",
            "cuMemAlloc_v2",
            "cuMemFree_v2",
            "cuMemHostAlloc",
            "cuMemHostGetDevicePointer_v2",
            "cuMemFreeHost",
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuMemcpyDtoDAsync_v2",
            "cuMemsetD32Async");

    private final MethodHandle devicePrimaryCtxRetain;
    private final MethodHandle devicePrimaryCtxRelease;
    private final MethodHandle ctxSetCurrent;
    private final MethodHandle memGetInfo;
    private final MethodHandle memAlloc;
    private final MethodHandle memFree;
    private final MethodHandle memHostAlloc;
    private final MethodHandle memHostGetDevicePointer;
    private final MethodHandle memFreeHost;
    private final MethodHandle memcpyHtoDAsync;
    private final MethodHandle memcpyDtoHAsync;
    private final MethodHandle memcpyDtoDAsync;
    private final MethodHandle memsetD32Async;

    /** Binds every symbol and calls none. */
    ContextCalls(final DriverBinder binder) {
        devicePrimaryCtxRetain =
                binder.bind("cuDevicePrimaryCtxRetain", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        devicePrimaryCtxRelease =
                binder.bind("cuDevicePrimaryCtxRelease_v2", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        ctxSetCurrent = binder.bind("cuCtxSetCurrent", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        memGetInfo = binder.bind("cuMemGetInfo_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        memAlloc = binder.bind("cuMemAlloc_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        memFree = binder.bind("cuMemFree_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        memHostAlloc = binder.bind("cuMemHostAlloc", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        memHostGetDevicePointer = binder.bind(
                "cuMemHostGetDevicePointer_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        memFreeHost = binder.bind("cuMemFreeHost", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        memcpyHtoDAsync = binder.bind(
                "cuMemcpyHtoDAsync_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        memcpyDtoHAsync = binder.bind(
                "cuMemcpyDtoHAsync_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        memcpyDtoDAsync = binder.bind(
                "cuMemcpyDtoDAsync_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        memsetD32Async = binder.bind(
                "cuMemsetD32Async", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    /** {@code cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev)}. */
    int cuDevicePrimaryCtxRetain(final MemorySegment pctx, final int dev) {
        try {
            return (int) devicePrimaryCtxRetain.invokeExact(pctx, dev);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDevicePrimaryCtxRetain", thrown);
        }
    }

    /** {@code cuDevicePrimaryCtxRelease_v2(CUdevice dev)}. */
    int cuDevicePrimaryCtxRelease(final int dev) {
        try {
            return (int) devicePrimaryCtxRelease.invokeExact(dev);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDevicePrimaryCtxRelease_v2", thrown);
        }
    }

    /** {@code cuCtxSetCurrent(CUcontext ctx)}. */
    int cuCtxSetCurrent(final long ctx) {
        try {
            return (int) ctxSetCurrent.invokeExact(ctx);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuCtxSetCurrent", thrown);
        }
    }

    /** {@code cuMemGetInfo_v2(size_t *free, size_t *total)}. */
    int cuMemGetInfo(final MemorySegment free, final MemorySegment total) {
        try {
            return (int) memGetInfo.invokeExact(free, total);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemGetInfo_v2", thrown);
        }
    }

    /** {@code cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize)}. */
    int cuMemAlloc(final MemorySegment dptr, final long bytesize) {
        try {
            return (int) memAlloc.invokeExact(dptr, bytesize);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemAlloc_v2", thrown);
        }
    }

    /** {@code cuMemFree_v2(CUdeviceptr dptr)}. */
    int cuMemFree(final long dptr) {
        try {
            return (int) memFree.invokeExact(dptr);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemFree_v2", thrown);
        }
    }

    /** {@code cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)}. */
    int cuMemHostAlloc(final MemorySegment pp, final long bytesize, final int flags) {
        try {
            return (int) memHostAlloc.invokeExact(pp, bytesize, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemHostAlloc", thrown);
        }
    }

    /** {@code cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags)}. */
    int cuMemHostGetDevicePointer(final MemorySegment pdptr, final long p, final int flags) {
        try {
            return (int) memHostGetDevicePointer.invokeExact(pdptr, p, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemHostGetDevicePointer_v2", thrown);
        }
    }

    /** {@code cuMemFreeHost(void *p)}. */
    int cuMemFreeHost(final long p) {
        try {
            return (int) memFreeHost.invokeExact(p);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemFreeHost", thrown);
        }
    }

    /** {@code cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream)}. */
    int cuMemcpyHtoDAsync(final long dstDevice, final long srcHost, final long byteCount, final long stream) {
        try {
            return (int) memcpyHtoDAsync.invokeExact(dstDevice, srcHost, byteCount, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemcpyHtoDAsync_v2", thrown);
        }
    }

    /** {@code cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)}. */
    int cuMemcpyDtoHAsync(final long dstHost, final long srcDevice, final long byteCount, final long stream) {
        try {
            return (int) memcpyDtoHAsync.invokeExact(dstHost, srcDevice, byteCount, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemcpyDtoHAsync_v2", thrown);
        }
    }

    /** {@code cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)}. */
    int cuMemcpyDtoDAsync(final long dstDevice, final long srcDevice, final long byteCount, final long stream) {
        try {
            return (int) memcpyDtoDAsync.invokeExact(dstDevice, srcDevice, byteCount, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemcpyDtoDAsync_v2", thrown);
        }
    }

    /** {@code cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream)}. */
    int cuMemsetD32Async(final long dstDevice, final int value, final long count, final long stream) {
        try {
            return (int) memsetD32Async.invokeExact(dstDevice, value, count, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuMemsetD32Async", thrown);
        }
    }
}
