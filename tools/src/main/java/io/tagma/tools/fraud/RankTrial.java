package io.tagma.tools.fraud;

import io.tagma.engine.training.SequentialTest;
import io.tagma.engine.training.SequentialTest.Verdict;

/**
 * Champion and challenger, each on subjects of its own: which ranks frauds above honest payments more often. A question is a fraud and the
 * last honest payment before it that the same one has scored and that was in no question yet, so questions share nothing and the
 * share of right answers is the area under the ROC curve. Each question of one is compared with the other's nearest in time, for both
 * get better as they learn and frauds come and go; one that finds no partner until the next of its own is left out.
 * {@link SequentialTest} looks after each comparison. Owned by one thread.
 */
final class RankTrial {
    private static final int NOBODY = -1;

    private final SequentialTest test;
    private final float[] honest = {Float.NaN, Float.NaN};
    private final long[] asked = new long[2];
    private final long[] right = new long[2];
    private int waitingArm = NOBODY;
    private boolean waitingRight;
    private long ties;

    /** A trial that errs with a chance of at most alpha, each way. */
    RankTrial(final double alpha) {
        test = new SequentialTest(alpha);
    }

    /** A subject's outcome and the score of the one that served it. */
    Verdict add(final boolean challenger, final float score, final boolean fraud) {
        final int arm = challenger ? 1 : 0;
        if (!fraud) {
            honest[arm] = score;
            return test.verdict();
        }
        if (Float.isNaN(honest[arm])) {
            return test.verdict();
        }
        // the area counts a tie half
        final boolean above = score == honest[arm] ? (ties++ & 1) == 0 : score > honest[arm];
        honest[arm] = Float.NaN;
        asked[arm]++;
        right[arm] += above ? 1 : 0;
        if (waitingArm == 1 - arm) {
            waitingArm = NOBODY;
            return challenger ? test.paired(waitingRight, above) : test.paired(above, waitingRight);
        }
        waitingArm = arm;
        waitingRight = above;
        return test.verdict();
    }

    Verdict verdict() {
        return test.verdict();
    }

    /** Pairs of questions compared. */
    long pairs() {
        return test.pairs();
    }

    /** Questions that one was asked. */
    long asked(final boolean challenger) {
        return asked[challenger ? 1 : 0];
    }

    /** Share of them that it answered right, 0 to 1; 0 without any. */
    double rightShare(final boolean challenger) {
        final int arm = challenger ? 1 : 0;
        return asked[arm] == 0 ? 0 : right[arm] / (double) asked[arm];
    }
}
