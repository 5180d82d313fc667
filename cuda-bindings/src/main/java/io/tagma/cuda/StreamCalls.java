package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The driver's calls about streams, events, modules, launches and graphs, as {@code native/include/tagma_cuda.h} declares them:
 * handles are longs, places for results are segments. Immutable; any thread may call. Every method answers the driver's code.
 */
final class StreamCalls {
    /** Every symbol this class binds. */
    static final List<String> SYMBOLS = List.of(
            "cuStreamCreate",
            "cuStreamWaitEvent",
            "cuStreamSynchronize",
            "cuStreamDestroy_v2",
            "cuEventCreate",
            "cuEventRecord",
            "cuEventSynchronize",
            "cuEventElapsedTime",
            "cuEventDestroy_v2",
            "cuModuleLoadDataEx",
            "cuModuleGetFunction",
            "cuModuleUnload",
            "cuLaunchKernel",
            "cuStreamBeginCapture_v2",
            "cuStreamEndCapture",
            "cuGraphInstantiateWithFlags",
            "cuGraphLaunch",
            "cuGraphExecDestroy",
            "cuGraphDestroy");

    private final MethodHandle streamCreate;
    private final MethodHandle streamWaitEvent;
    private final MethodHandle streamSynchronize;
    private final MethodHandle streamDestroy;
    private final MethodHandle eventCreate;
    private final MethodHandle eventRecord;
    private final MethodHandle eventSynchronize;
    private final MethodHandle eventElapsedTime;
    private final MethodHandle eventDestroy;
    private final MethodHandle moduleLoadDataEx;
    private final MethodHandle moduleGetFunction;
    private final MethodHandle moduleUnload;
    private final MethodHandle launchKernel;
    private final MethodHandle streamBeginCapture;
    private final MethodHandle streamEndCapture;
    private final MethodHandle graphInstantiateWithFlags;
    private final MethodHandle graphLaunch;
    private final MethodHandle graphExecDestroy;
    private final MethodHandle graphDestroy;

    /** Binds every symbol and calls none. */
    StreamCalls(final DriverBinder binder) {
        streamCreate = binder.bind("cuStreamCreate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        streamWaitEvent =
                binder.bind("cuStreamWaitEvent", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        streamSynchronize = binder.bind("cuStreamSynchronize", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        streamDestroy = binder.bind("cuStreamDestroy_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        eventCreate = binder.bind("cuEventCreate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        eventRecord = binder.bind("cuEventRecord", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        eventSynchronize = binder.bind("cuEventSynchronize", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        eventElapsedTime =
                binder.bind("cuEventElapsedTime", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        eventDestroy = binder.bind("cuEventDestroy_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        moduleLoadDataEx = binder.bind(
                "cuModuleLoadDataEx", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
        moduleGetFunction =
                binder.bind("cuModuleGetFunction", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
        moduleUnload = binder.bind("cuModuleUnload", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        launchKernel = binder.bind(
                "cuLaunchKernel",
                FunctionDescriptor.of(
                        JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                        JAVA_LONG, ADDRESS, ADDRESS));
        streamBeginCapture =
                binder.bind("cuStreamBeginCapture_v2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
        streamEndCapture = binder.bind("cuStreamEndCapture", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
        graphInstantiateWithFlags = binder.bind(
                "cuGraphInstantiateWithFlags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        graphLaunch = binder.bind("cuGraphLaunch", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        graphExecDestroy = binder.bind("cuGraphExecDestroy", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        graphDestroy = binder.bind("cuGraphDestroy", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    }

    /** {@code cuStreamCreate(CUstream *phStream, unsigned int Flags)}. */
    int cuStreamCreate(final MemorySegment stream, final int flags) {
        try {
            return (int) streamCreate.invokeExact(stream, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamCreate", thrown);
        }
    }

    /** {@code cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)}. */
    int cuStreamWaitEvent(final long stream, final long event, final int flags) {
        try {
            return (int) streamWaitEvent.invokeExact(stream, event, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamWaitEvent", thrown);
        }
    }

    /** {@code cuStreamSynchronize(CUstream hStream)}. */
    int cuStreamSynchronize(final long stream) {
        try {
            return (int) streamSynchronize.invokeExact(stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamSynchronize", thrown);
        }
    }

    /** {@code cuStreamDestroy_v2(CUstream hStream)}. */
    int cuStreamDestroy(final long stream) {
        try {
            return (int) streamDestroy.invokeExact(stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamDestroy_v2", thrown);
        }
    }

    /** {@code cuEventCreate(CUevent *phEvent, unsigned int Flags)}. */
    int cuEventCreate(final MemorySegment event, final int flags) {
        try {
            return (int) eventCreate.invokeExact(event, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuEventCreate", thrown);
        }
    }

    /** {@code cuEventRecord(CUevent hEvent, CUstream hStream)}. */
    int cuEventRecord(final long event, final long stream) {
        try {
            return (int) eventRecord.invokeExact(event, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuEventRecord", thrown);
        }
    }

    /** {@code cuEventSynchronize(CUevent hEvent)}. */
    int cuEventSynchronize(final long event) {
        try {
            return (int) eventSynchronize.invokeExact(event);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuEventSynchronize", thrown);
        }
    }

    /** {@code cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)}. */
    int cuEventElapsedTime(final MemorySegment pMilliseconds, final long start, final long end) {
        try {
            return (int) eventElapsedTime.invokeExact(pMilliseconds, start, end);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuEventElapsedTime", thrown);
        }
    }

    /** {@code cuEventDestroy_v2(CUevent hEvent)}. */
    int cuEventDestroy(final long event) {
        try {
            return (int) eventDestroy.invokeExact(event);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuEventDestroy_v2", thrown);
        }
    }

    /** {@code cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options, void **optionValues)}. */
    int cuModuleLoadDataEx(
            final MemorySegment module,
            final MemorySegment image,
            final int numOptions,
            final MemorySegment options,
            final MemorySegment optionValues) {
        try {
            return (int) moduleLoadDataEx.invokeExact(module, image, numOptions, options, optionValues);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuModuleLoadDataEx", thrown);
        }
    }

    /** {@code cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)}. */
    int cuModuleGetFunction(final MemorySegment hfunc, final long hmod, final MemorySegment name) {
        try {
            return (int) moduleGetFunction.invokeExact(hfunc, hmod, name);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuModuleGetFunction", thrown);
        }
    }

    /** {@code cuModuleUnload(CUmodule hmod)}. */
    int cuModuleUnload(final long hmod) {
        try {
            return (int) moduleUnload.invokeExact(hmod);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuModuleUnload", thrown);
        }
    }

    /** {@code cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream, void **kernelParams, void **extra)}. */
    @SuppressWarnings("checkstyle:ParameterNumber") // the driver's
    int cuLaunchKernel(
            final long f,
            final int gridDimX,
            final int gridDimY,
            final int gridDimZ,
            final int blockDimX,
            final int blockDimY,
            final int blockDimZ,
            final int sharedMemBytes,
            final long stream,
            final MemorySegment kernelParams,
            final MemorySegment extra) {
        try {
            return (int) launchKernel.invokeExact(
                    f,
                    gridDimX,
                    gridDimY,
                    gridDimZ,
                    blockDimX,
                    blockDimY,
                    blockDimZ,
                    sharedMemBytes,
                    stream,
                    kernelParams,
                    extra);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuLaunchKernel", thrown);
        }
    }

    /** {@code cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode)}. */
    int cuStreamBeginCapture(final long stream, final int mode) {
        try {
            return (int) streamBeginCapture.invokeExact(stream, mode);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamBeginCapture_v2", thrown);
        }
    }

    /** {@code cuStreamEndCapture(CUstream hStream, CUgraph *phGraph)}. */
    int cuStreamEndCapture(final long stream, final MemorySegment graph) {
        try {
            return (int) streamEndCapture.invokeExact(stream, graph);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuStreamEndCapture", thrown);
        }
    }

    /** {@code cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags)}. */
    int cuGraphInstantiateWithFlags(final MemorySegment graphExec, final long graph, final long flags) {
        try {
            return (int) graphInstantiateWithFlags.invokeExact(graphExec, graph, flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGraphInstantiateWithFlags", thrown);
        }
    }

    /** {@code cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)}. */
    int cuGraphLaunch(final long graphExec, final long stream) {
        try {
            return (int) graphLaunch.invokeExact(graphExec, stream);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGraphLaunch", thrown);
        }
    }

    /** {@code cuGraphExecDestroy(CUgraphExec hGraphExec)}. */
    int cuGraphExecDestroy(final long graphExec) {
        try {
            return (int) graphExecDestroy.invokeExact(graphExec);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGraphExecDestroy", thrown);
        }
    }

    /** {@code cuGraphDestroy(CUgraph hGraph)}. */
    int cuGraphDestroy(final long graph) {
        try {
            return (int) graphDestroy.invokeExact(graph);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGraphDestroy", thrown);
        }
    }
}
