package io.tagma.cuda;

import java.util.Comparator;

/**
 * The generation of a device's instruction set, e.g. 9.0. Immutable; ordered from older to newer.
 *
 * @param major 1 or more
 * @param minor 0 or more
 */
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {
    private static final Comparator<ComputeCapability> ORDER =
            Comparator.comparingInt(ComputeCapability::major).thenComparingInt(ComputeCapability::minor);

    /** Whether PTX compiled for {@code older}, say {@code compute_75}, runs on a device of this capability. */
    public boolean atLeast(final ComputeCapability older) {
        return compareTo(older) >= 0;
    }

    @Override
    public int compareTo(final ComputeCapability other) {
        return ORDER.compare(this, other);
    }

    /** As NVIDIA writes it, e.g. {@code 9.0}. */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
