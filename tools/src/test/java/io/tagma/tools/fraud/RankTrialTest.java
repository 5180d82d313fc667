package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.training.SequentialTest;
import io.tagma.engine.training.SequentialTest.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Many whole trials over cards split by hash, while both get better as they learn: the better is promoted, the worse never. */
class RankTrialTest {
    private static final int TRIALS = Boolean.getBoolean("tagma.slow") ? 1000 : 100;
    private static final double ALPHA = 0.05;
    private static final double SURE = 0.95;
    private static final int PAYMENTS = 100_000;
    private static final double FRAUDS = 0.05;

    /** How far frauds lie above honest payments, in standard deviations of a score. */
    private static Verdict trial(final long seed, final double champion, final double challenger, final double share) {
        final SplittableRandom random = new SplittableRandom(seed);
        final RankTrial trial = new RankTrial(ALPHA);
        for (int i = 0; i < PAYMENTS && trial.verdict() == Verdict.OPEN; i++) {
            final boolean challengers = SequentialTest.isChallengers(random.nextInt(1, 5_000), share);
            final boolean fraud = random.nextDouble() < FRAUDS;
            final double learnt = i / (i + 5_000.0); // neither knows anything at first
            final double above = fraud ? learnt * (challengers ? challenger : champion) : 0;
            trial.add(challengers, (float) (above + random.nextGaussian()), fraud);
        }
        return trial.verdict();
    }

    private static int count(final Verdict wanted, final double champion, final double challenger, final double share) {
        int count = 0;
        for (int seed = 0; seed < TRIALS; seed++) {
            count += trial(seed, champion, challenger, share) == wanted ? 1 : 0;
        }
        return count;
    }

    /**
     * The 95 % quantile of Binomial(trials, alpha): a test that errs as often as it may makes no more errors than that in 95 of 100 such
     * sets of trials; 9 of 100, 62 of 1,000.
     */
    private static int mostErrors() {
        int errors = 0;
        double chance = Math.pow(1 - ALPHA, TRIALS);
        for (double sum = chance; sum < SURE; sum += chance) {
            chance *= (TRIALS - errors) / (errors + 1.0) * ALPHA / (1 - ALPHA);
            errors++;
        }
        return errors;
    }

    @Test
    void theBoundIsTheQuantileThatItIsSaidToBe() {
        assertThat(mostErrors()).isEqualTo(TRIALS == 100 ? 9 : 62);
    }

    @Test
    void theBetterIsPromotedAndTheWorseIsNot() {
        assertThat(count(Verdict.PROMOTE, 1, 2, 0.5)).isGreaterThanOrEqualTo(TRIALS * 95 / 100);
        assertThat(count(Verdict.PROMOTE, 2, 1, 0.5)).isZero();
        assertThat(count(Verdict.KEEP, 2, 1, 0.5)).isGreaterThanOrEqualTo(TRIALS * 95 / 100);
    }

    @Test
    void anUnevenSplitOfEqualsThatBothLearnErrsNoMoreOftenThanStated() {
        assertThat(count(Verdict.PROMOTE, 1.5, 1.5, 0.2)).isLessThanOrEqualTo(mostErrors());
        assertThat(count(Verdict.KEEP, 1.5, 1.5, 0.2)).isLessThanOrEqualTo(mostErrors());
    }

    @Test
    void aTieIsHalfRight() {
        final RankTrial trial = new RankTrial(ALPHA);
        for (int i = 0; i < 1000; i++) {
            trial.add(false, 1f, false);
            trial.add(false, 1f, true);
        }
        assertThat(trial.asked(false)).isEqualTo(1000);
        assertThat(trial.rightShare(false)).isEqualTo(0.5);
        assertThat(trial.pairs()).isZero();
    }
}
