package io.tagma.perf.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What one core of this machine can do, measured by vectors of the widest kind. Stateless. */
final class Limits {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int CHAINS = 8;

    private Limits() {}

    /** Runs chains of fused multiply-adds that do not wait for each other; returns how many floating-point operations they were. */
    static long peak(final long rounds, final float[] sink) {
        final FloatVector a = FloatVector.broadcast(SPECIES, 0.999f);
        final FloatVector b = FloatVector.broadcast(SPECIES, 1e-9f);
        FloatVector s0 = a;
        FloatVector s1 = a;
        FloatVector s2 = a;
        FloatVector s3 = a;
        FloatVector s4 = a;
        FloatVector s5 = a;
        FloatVector s6 = a;
        FloatVector s7 = a;
        FloatVector s8 = b;
        FloatVector s9 = b;
        for (long i = 0; i < rounds; i++) {
            s0 = s0.fma(a, b);
            s1 = s1.fma(a, b);
            s2 = s2.fma(a, b);
            s3 = s3.fma(a, b);
            s4 = s4.fma(a, b);
            s5 = s5.fma(a, b);
            s6 = s6.fma(a, b);
            s7 = s7.fma(a, b);
            s8 = s8.fma(a, b);
            s9 = s9.fma(a, b);
        }
        s0.add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .add(s8)
                .add(s9)
                .intoArray(sink, 0);
        return rounds * 10 * LANES * 2;
    }

    /** Reads memory from the front to the back, in eight sums. */
    static float readAll(final MemorySegment memory) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        final long step = (long) CHAINS / 2 * LANES * Float.BYTES;
        final long end = memory.byteSize() / step * step;
        for (long at = 0; at < end; at += step) {
            s0 = s0.add(load(memory, at));
            s1 = s1.add(load(memory, at + SPECIES.vectorByteSize()));
            s2 = s2.add(load(memory, at + 2L * SPECIES.vectorByteSize()));
            s3 = s3.add(load(memory, at + 3L * SPECIES.vectorByteSize()));
        }
        return s0.add(s1).add(s2).add(s3).lane(0) + memory.get(ValueLayout.JAVA_FLOAT, 0);
    }

    private static FloatVector load(final MemorySegment memory, final long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ByteOrder.nativeOrder());
    }
}
