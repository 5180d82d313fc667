package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** Doubles in and out of snapshots, bit for bit; stateless. */
final class Bits {
    private Bits() {}

    static void put(final SnapshotWriter out, final double value) {
        out.putLong(Double.doubleToRawLongBits(value));
    }

    static double get(final SnapshotReader in) {
        return Double.longBitsToDouble(in.getLong());
    }

    static void put(final SnapshotWriter out, final double[] values) {
        for (final double value : values) {
            put(out, value);
        }
    }

    static void get(final SnapshotReader in, final double[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = get(in);
        }
    }
}
