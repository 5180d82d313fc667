package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Accumulates how far losses lie above their mean and alarms when that has grown too far above its minimum. Owned by one thread.
 *
 * <p>Page, "Continuous inspection schemes", Biometrika 41, 1954; Hinkley, "Inference about the change-point from cumulative sum
 * tests", Biometrika 58, 1971. Finds increases alone.
 */
public final class PageHinkley implements DriftDetector {
    private final double tolerance;
    private final double threshold;
    private final int minCount;
    private long count;
    private double mean;
    private double excess;
    private double lowest;

    /**
     * Makes one.
     *
     * @param tolerance what a loss may lie above the mean without counting; half of the smallest change that matters is best
     * @param threshold excess at which it alarms, above 0; false alarms get rarer exponentially with it, the delay grows linearly
     * @param minCount losses before the first alarm, from 1: until then the mean is not known
     */
    public PageHinkley(final double tolerance, final double threshold, final int minCount) {
        if (!(tolerance >= 0) || !(threshold > 0) || minCount < 1) {
            throw new IllegalArgumentException(
                    "Page-Hinkley needs a tolerance of 0 or more, a threshold above 0 and a count from 1, e.g. 0.1, 9, 100: "
                            + tolerance + ", " + threshold + ", " + minCount);
        }
        this.tolerance = tolerance;
        this.threshold = threshold;
        this.minCount = minCount;
    }

    @Override
    public boolean add(final double value) {
        count++;
        mean += (value - mean) / count;
        excess += value - mean - tolerance;
        lowest = Math.min(lowest, excess);
        if (count >= minCount && excess - lowest > threshold) {
            reset();
            return true;
        }
        return false;
    }

    @Override
    public double mean() {
        return mean;
    }

    @Override
    public void reset() {
        count = 0;
        mean = 0;
        excess = 0;
        lowest = 0;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(count);
        Bits.put(out, mean);
        Bits.put(out, excess);
        Bits.put(out, lowest);
    }

    @Override
    public void read(final SnapshotReader in) {
        count = in.getLong();
        mean = Bits.get(in);
        excess = Bits.get(in);
        lowest = Bits.get(in);
    }
}
