package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * A window that grows while the mean stays and shrinks when it changes. Owned by one thread.
 *
 * <p>Bifet and Gavalda, "Learning from time-changing data with adaptive windowing", SDM 2007, the second version of the algorithm: the
 * window is an exponential histogram of at most {@value #BUCKETS} + 1 buckets of each size 2^k, and the oldest goes while two
 * parts differ by more than the bound of theorem 3.1 for their sizes, the variance and delta. Cuts are tried at every
 * {@link #checkInterval}th value. Memory is fixed: about 2.5 KB; the window holds up to {@value #BUCKETS} · 2^{@value #LEVELS} values.
 */
public final class Adwin implements DriftDetector {
    private static final int BUCKETS = 5;
    private static final int LEVELS = 20;
    private static final int SLOTS = BUCKETS + 1;
    private static final int MIN_PART = 5;

    private final double delta;
    private final int checkInterval;

    // Of each level the buckets from the oldest on; bucket b of level k holds 2^k values.
    private final double[] sums = new double[LEVELS * SLOTS];
    private final double[] squares = new double[LEVELS * SLOTS];
    private final int[] used = new int[LEVELS];
    private long width;
    private double sum;
    private double square;
    private long sinceCheck;
    private boolean increased;

    /**
     * Makes one.
     *
     * @param delta bound on the probability of a false alarm at one check, above 0 and below 1; 0.002 in the paper
     * @param checkInterval values between two checks, from 1; 32 in the authors' code
     */
    public Adwin(final double delta, final int checkInterval) {
        if (!(delta > 0 && delta < 1) || checkInterval < 1) {
            throw new IllegalArgumentException(
                    "ADWIN needs 0 < delta < 1 and a check interval of 1 or more, e.g. 0.002 and 32: " + delta + ", "
                            + checkInterval);
        }
        this.delta = delta;
        this.checkInterval = checkInterval;
    }

    @Override
    public boolean add(final double value) {
        insert(value);
        if (++sinceCheck < checkInterval) {
            return false;
        }
        sinceCheck = 0;
        boolean changed = false;
        while (width > 2 * MIN_PART && cutShows()) {
            dropOldest();
            changed = true;
        }
        return changed;
    }

    /** Whether the last change was to a greater mean. */
    public boolean increased() {
        return increased;
    }

    /** Values in the window. */
    public long width() {
        return width;
    }

    @Override
    public double mean() {
        return width == 0 ? 0 : sum / width;
    }

    private void insert(final double value) {
        width++;
        sum += value;
        square += value * value;
        double carriedSum = value;
        double carriedSquare = value * value;
        for (int level = 0; level < LEVELS; level++) {
            final int row = level * SLOTS;
            sums[row + used[level]] = carriedSum;
            squares[row + used[level]] = carriedSquare;
            if (++used[level] < SLOTS) {
                return;
            }
            carriedSum = sums[row] + sums[row + 1];
            carriedSquare = squares[row] + squares[row + 1];
            shift(level, 2);
        }
        // Past the last level the two oldest buckets leave the window.
        width -= 2L << (LEVELS - 1);
        sum -= carriedSum;
        square -= carriedSquare;
    }

    private void shift(final int level, final int by) {
        final int row = level * SLOTS;
        used[level] -= by;
        System.arraycopy(sums, row + by, sums, row, used[level]);
        System.arraycopy(squares, row + by, squares, row, used[level]);
    }

    private boolean cutShows() {
        final double mean = sum / width;
        final double variance = Math.max(0, square / width - mean * mean);
        final double confidence = StrictMath.log(2 * StrictMath.log((double) width) / delta);
        long older = 0;
        double olderSum = 0;
        for (int level = LEVELS - 1; level >= 0; level--) {
            for (int b = 0; b < used[level]; b++) {
                older += 1L << level;
                olderSum += sums[level * SLOTS + b];
                final long newer = width - older;
                if (newer < MIN_PART) {
                    return false;
                }
                if (older >= MIN_PART && differs(older, olderSum, newer, variance, confidence)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean differs(
            final long older, final double olderSum, final long newer, final double variance, final double confidence) {
        final double harmonic = 1.0 / (older - MIN_PART + 1) + 1.0 / (newer - MIN_PART + 1);
        final double bound = Math.sqrt(2 * harmonic * variance * confidence) + 2.0 / 3 * harmonic * confidence;
        final double difference = (sum - olderSum) / newer - olderSum / older;
        increased = Math.abs(difference) > bound ? difference > 0 : increased;
        return Math.abs(difference) > bound;
    }

    private void dropOldest() {
        int level = LEVELS - 1;
        while (used[level] == 0) {
            level--;
        }
        width -= 1L << level;
        sum -= sums[level * SLOTS];
        square -= squares[level * SLOTS];
        shift(level, 1);
    }

    @Override
    public void reset() {
        Arrays.fill(used, 0);
        width = 0;
        sum = 0;
        square = 0;
        sinceCheck = 0;
        increased = false;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putInts(used, 0, LEVELS);
        for (int level = 0; level < LEVELS; level++) {
            for (int b = 0; b < used[level]; b++) {
                Bits.put(out, sums[level * SLOTS + b]);
                Bits.put(out, squares[level * SLOTS + b]);
            }
        }
        out.putLong(width);
        Bits.put(out, sum);
        Bits.put(out, square);
        out.putLong(sinceCheck);
        out.putInt(increased ? 1 : 0);
    }

    @Override
    public void read(final SnapshotReader in) {
        in.getInts(used, 0, LEVELS);
        for (int level = 0; level < LEVELS; level++) {
            for (int b = 0; b < used[level]; b++) {
                sums[level * SLOTS + b] = Bits.get(in);
                squares[level * SLOTS + b] = Bits.get(in);
            }
        }
        width = in.getLong();
        sum = Bits.get(in);
        square = Bits.get(in);
        sinceCheck = in.getLong();
        increased = in.getInt() != 0;
    }
}
