package io.tagma.tools.fraud;

import java.util.Arrays;

/**
 * How well scores rank frauds above honest payments, over a stream of any length in constant memory. Owned by one
 * thread.
 *
 * <p>Scores are log-odds, counted in 131,072 equal bins over [-16, 16] (2<sup>-12</sup> wide; what lies outside goes
 * to the outer bins). Scores in one bin count as ties: the ROC-AUC is then exact but for pairs of a fraud and an
 * honest payment in the same bin, so at most {@link #rocAucError} off; average precision is that of scores rounded to
 * the bin. Order of arrival does not matter, counters are integers, so the result is the same on every machine.
 */
public final class RankingQuality {
    private static final int BINS = 1 << 17;
    private static final float RANGE = 16f;
    private static final float BINS_PER_UNIT = BINS / (2 * RANGE);

    private final int[] frauds = new int[BINS];
    private final int[] honest = new int[BINS];
    private long fraudCount;
    private long honestCount;

    /** Adds one scored payment; a NaN score counts as the lowest. */
    public void add(final float logOdds, final boolean fraud) {
        final int bin = Math.clamp((long) ((logOdds + RANGE) * BINS_PER_UNIT), 0, BINS - 1);
        if (fraud) {
            frauds[bin]++;
            fraudCount++;
        } else {
            honest[bin]++;
            honestCount++;
        }
    }

    /** Returns the number of payments added. */
    public long count() {
        return fraudCount + honestCount;
    }

    /** Returns the number of frauds among them. */
    public long fraudCount() {
        return fraudCount;
    }

    /** Probability that a fraud scores above an honest payment, ties counted half; NaN until both have been seen. */
    public double rocAuc() {
        double wins = 0;
        long honestBelow = 0;
        for (int bin = 0; bin < BINS; bin++) {
            wins += frauds[bin] * (honestBelow + 0.5 * honest[bin]);
            honestBelow += honest[bin];
        }
        return wins / ((double) fraudCount * honestCount);
    }

    /** The most by which {@link #rocAuc} can differ from the AUC of the unrounded scores. */
    public double rocAucError() {
        double ties = 0;
        for (int bin = 0; bin < BINS; bin++) {
            ties += 0.5 * frauds[bin] * honest[bin];
        }
        return ties / ((double) fraudCount * honestCount);
    }

    /**
     * Mean precision over the recalled frauds, from the highest score down (no interpolation); NaN until a fraud was
     * seen.
     */
    public double averagePrecision() {
        double sum = 0;
        long fraudsAbove = 0;
        long above = 0;
        for (int bin = BINS - 1; bin >= 0; bin--) {
            if (frauds[bin] > 0 || honest[bin] > 0) {
                fraudsAbove += frauds[bin];
                above += frauds[bin] + honest[bin];
                sum += frauds[bin] * ((double) fraudsAbove / above);
            }
        }
        return sum / fraudCount;
    }

    /**
     * Share of all frauds among the highest-scored payments, when so large a share of payments can be looked at.
     *
     * @param budget share of payments, 0 to 1; within the bin where it ends, frauds and honest payments count alike
     * @return 0 to 1; NaN until a fraud was seen
     */
    public double caughtWithin(final double budget) {
        double left = budget * count();
        double caught = 0;
        for (int bin = BINS - 1; bin >= 0 && left > 0; bin--) {
            final int here = frauds[bin] + honest[bin];
            if (here > 0) {
                final double taken = Math.min(left, here);
                caught += frauds[bin] * (taken / here);
                left -= taken;
            }
        }
        return caught / fraudCount;
    }

    /** Adds all that another has counted. */
    public void addAll(final RankingQuality other) {
        for (int bin = 0; bin < BINS; bin++) {
            frauds[bin] += other.frauds[bin];
            honest[bin] += other.honest[bin];
        }
        fraudCount += other.fraudCount;
        honestCount += other.honestCount;
    }

    /** Forgets everything. */
    public void clear() {
        Arrays.fill(frauds, 0);
        Arrays.fill(honest, 0);
        fraudCount = 0;
        honestCount = 0;
    }
}
