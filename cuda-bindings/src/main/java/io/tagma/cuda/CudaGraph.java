package io.tagma.cuda;

/**
 * Work that a stream recorded, ready to be launched as one: same kernels, same buffers, same sizes each time. Its owner is whoever
 * made it; the buffers it was recorded with must outlive it.
 */
public final class CudaGraph extends CudaResource {
    CudaGraph(final CudaContext context, final long executable) {
        super(context, executable);
    }

    @Override
    String what() {
        return "the graph";
    }

    @Override
    String releaseCall() {
        return "cuGraphExecDestroy";
    }

    @Override
    int release(final long handle) {
        return context().calls().stream().cuGraphExecDestroy(handle);
    }
}
