package io.tagma.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
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
    private static final int ROWS = 4;
    private static final int UNROLLED = 4;
    private static final long BYTES = (long) LANES * Float.BYTES;
    private static final VectorShuffle<Float> BY_8 = rotated(8);
    private static final VectorShuffle<Float> BY_4 = rotated(4);
    private static final VectorShuffle<Float> BY_2 = rotated(2);

    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private VectorSimilarity() {}

    private static VectorShuffle<Float> rotated(final int by) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % LANES);
    }

    private static FloatVector load(final long address) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ByteOrder.nativeOrder());
    }

    /** Of four rows, whose inner products go to 0, 1, 2 and 3. */
    static void dots4(final long row, final long stride, final float[] query, final float[] chains) {
        final int bound = query.length / CHAINS * CHAINS;
        if (LANES == CHAINS && bound == query.length) {
            dotsInRegisters(row, stride, query, chains);
            return;
        }
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
            for (int k = 0; k < ROWS; k++) {
                final int chain = k * CHAINS + i - bound;
                chains[chain] = Math.fma(UnsafeApi.getFloat(at + k * stride), query[i], chains[chain]);
            }
        }
        for (int k = 0; k < ROWS; k++) {
            chains[k] = ScalarRowKernels.tree(chains, k * CHAINS);
        }
    }

    /** Where one vector holds all chains and no element is left over: nothing goes through memory. */
    private static void dotsInRegisters(final long row, final long stride, final float[] query, final float[] sums) {
        // Row after row, as memory is read fastest; the next row's chain begins while this one's still runs.
        for (int k = 0; k < ROWS; k++) {
            final long at = row + k * stride;
            FloatVector sum = FloatVector.zero(SPECIES);
            int i = 0;
            for (; i <= query.length - UNROLLED * CHAINS; i += UNROLLED * CHAINS) {
                final long from = at + (long) i * Float.BYTES;
                sum = load(from).fma(FloatVector.fromArray(SPECIES, query, i), sum);
                sum = load(from + BYTES).fma(FloatVector.fromArray(SPECIES, query, i + CHAINS), sum);
                sum = load(from + 2 * BYTES).fma(FloatVector.fromArray(SPECIES, query, i + 2 * CHAINS), sum);
                sum = load(from + 3 * BYTES).fma(FloatVector.fromArray(SPECIES, query, i + 3 * CHAINS), sum);
            }
            for (; i < query.length; i += CHAINS) {
                sum = load(at + (long) i * Float.BYTES).fma(FloatVector.fromArray(SPECIES, query, i), sum);
            }
            sums[k] = tree(sum);
        }
    }

    /** The sum of 16 chains, as {@link ScalarRowKernels#tree} adds them. */
    private static float tree(final FloatVector chains) {
        final FloatVector eight = chains.add(chains.rearrange(BY_8));
        final FloatVector four = eight.add(eight.rearrange(BY_4));
        final FloatVector two = four.add(four.rearrange(BY_2));
        return two.lane(0) + two.lane(1);
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
