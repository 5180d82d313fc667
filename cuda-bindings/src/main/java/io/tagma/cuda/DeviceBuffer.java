package io.tagma.cuda;

/** A range of a device's memory; never read or written by Java. Its owner is whoever made it. */
public final class DeviceBuffer extends CudaResource {
    private final long bytes;

    DeviceBuffer(final CudaContext context, final long address, final long bytes) {
        super(context, address);
        this.bytes = bytes;
    }

    /** Its length, 1 or more. */
    public long bytes() {
        return bytes;
    }

    /** Where it starts, as kernels see it. */
    public long address() {
        return handle();
    }

    @Override
    String what() {
        return "the device buffer of " + bytes + " bytes";
    }

    @Override
    String releaseCall() {
        return "cuMemFree_v2";
    }

    @Override
    int release(final long address) {
        return context().calls().context().cuMemFree(address);
    }
}
