package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Alarms when the error rate lies too many deviations above the lowest that it ever was. Owned by one thread.
 *
 * <p>Gama, Medas, Castillo and Rodrigues, "Learning with drift detection", SBIA 2004. For a learner whose error falls while it
 * learns; over a long stationary stream the minimum is a lucky one and false alarms come, see {@link Adwin} and
 * {@link PageHinkley} for those.
 */
public final class Ddm implements DriftDetector {
    private final double deviations;
    private final int minCount;
    private long count;
    private double mean;
    private double lowestMean;
    private double lowestDeviation;

    /**
     * Makes one.
     *
     * @param deviations above the minimum at which it alarms, above 0; 3 in the paper
     * @param minCount losses before the first alarm, from 1; 30 in the paper
     */
    public Ddm(final double deviations, final int minCount) {
        if (!(deviations > 0) || minCount < 1) {
            throw new IllegalArgumentException("DDM needs more than 0 deviations and a count from 1, e.g. 3 and 30: "
                    + deviations + ", " + minCount);
        }
        this.deviations = deviations;
        this.minCount = minCount;
        reset();
    }

    @Override
    public boolean add(final double value) {
        count++;
        mean += (value - mean) / count;
        if (count < minCount) {
            return false;
        }
        final double deviation = Math.sqrt(Math.max(0, mean * (1 - mean)) / count);
        if (mean + deviation <= lowestMean + lowestDeviation) {
            lowestMean = mean;
            lowestDeviation = deviation;
        }
        if (mean + deviation > lowestMean + deviations * lowestDeviation) {
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
        lowestMean = Double.MAX_VALUE / 4;
        lowestDeviation = Double.MAX_VALUE / 4;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(count);
        Bits.put(out, mean);
        Bits.put(out, lowestMean);
        Bits.put(out, lowestDeviation);
    }

    @Override
    public void read(final SnapshotReader in) {
        count = in.getLong();
        mean = Bits.get(in);
        lowestMean = Bits.get(in);
        lowestDeviation = Bits.get(in);
    }
}
