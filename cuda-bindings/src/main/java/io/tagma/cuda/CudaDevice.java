package io.tagma.cuda;

/**
 * What the driver said about one device when it was asked. Immutable facts, valid after the driver is closed.
 *
 * @param ordinal its place among the devices this process may use, 0 to {@code deviceCount() - 1}
 * @param handle what the driver calls it in later calls (a {@code CUdevice}); not the ordinal
 * @param name the product's name, at most 255 bytes of it
 * @param computeCapability the generation of its instruction set
 * @param totalMemoryBytes its memory, free or not
 */
public record CudaDevice(
        int ordinal, int handle, String name, ComputeCapability computeCapability, long totalMemoryBytes) {}
