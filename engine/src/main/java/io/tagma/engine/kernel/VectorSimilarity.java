package io.tagma.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.agrona.UnsafeApi;

/**
 * The chains of inner products, {@link RowKernels#CHAINS} a row, as many vectors as hold them. Stateless, any thread.
 *
 * <p>One pass a vector of chains: with 16 lanes there is one; narrower ones read a row's cache lines again while they are near.
 */
final class VectorSimilarity {
    private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
    private static final int LANES = SPECIES.length();
    private static final int CHAINS = RowKernels.CHAINS;

    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private VectorSimilarity() {}

    private static FloatVector load(final long address) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ByteOrder.nativeOrder());
    }

    /** Of four rows, whose chains go to 0, 16, 32 and 48. */
    static void dots4(final long row, final long stride, final float[] query, final float[] chains) {
        final int bound = query.length / CHAINS * CHAINS;
        for (int lane = 0; lane < CHAINS; lane += LANES) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = lane; i < bound; i += CHAINS) {
                final FloatVector q = FloatVector.fromArray(SPECIES, query, i);
                final long at = row + (long) i * Float.BYTES;
                s0 = load(at).fma(q, s0);
                s1 = load(at + stride).fma(q, s1);
                s2 = load(at + 2 * stride).fma(q, s2);
                s3 = load(at + 3 * stride).fma(q, s3);
            }
            s0.intoArray(chains, lane);
            s1.intoArray(chains, CHAINS + lane);
            s2.intoArray(chains, 2 * CHAINS + lane);
            s3.intoArray(chains, 3 * CHAINS + lane);
        }
        for (int i = bound; i < query.length; i++) {
            final long at = row + (long) i * Float.BYTES;
            for (int k = 0; k < 4; k++) {
                final int chain = k * CHAINS + i - bound;
                chains[chain] = Math.fma(UnsafeApi.getFloat(at + k * stride), query[i], chains[chain]);
            }
        }
    }

    /** Of one row, whose chains go to 0. */
    static void dot(final long row, final float[] query, final float[] chains) {
        final int bound = query.length / CHAINS * CHAINS;
        for (int lane = 0; lane < CHAINS; lane += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = lane; i < bound; i += CHAINS) {
                sum = load(row + (long) i * Float.BYTES).fma(FloatVector.fromArray(SPECIES, query, i), sum);
            }
            sum.intoArray(chains, lane);
        }
        for (int i = bound; i < query.length; i++) {
            chains[i - bound] = Math.fma(UnsafeApi.getFloat(row + (long) i * Float.BYTES), query[i], chains[i - bound]);
        }
    }

    /** Of one row with the query, to 0, and with itself, to 16. */
    static void dotAndSquare(final long row, final float[] query, final float[] chains) {
        final int bound = query.length / CHAINS * CHAINS;
        for (int lane = 0; lane < CHAINS; lane += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            FloatVector square = sum;
            for (int i = lane; i < bound; i += CHAINS) {
                final FloatVector values = load(row + (long) i * Float.BYTES);
                sum = values.fma(FloatVector.fromArray(SPECIES, query, i), sum);
                square = values.fma(values, square);
            }
            sum.intoArray(chains, lane);
            square.intoArray(chains, CHAINS + lane);
        }
        for (int i = bound; i < query.length; i++) {
            final float value = UnsafeApi.getFloat(row + (long) i * Float.BYTES);
            chains[i - bound] = Math.fma(value, query[i], chains[i - bound]);
            chains[CHAINS + i - bound] = Math.fma(value, value, chains[CHAINS + i - bound]);
        }
    }
}
