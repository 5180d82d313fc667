package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.training.SequentialTest.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A thousand trials, looked at after every outcome: the better is promoted, the worse never, the equal as rarely as was said. */
class SequentialTestTest {
    private static final int TRIALS = 1000;
    private static final double ALPHA = 0.05;

    private static Verdict trial(
            final SplittableRandom random, final double alpha, final double champion, final double challenger) {
        final SequentialTest test = new SequentialTest(alpha);
        for (int i = 0; i < 4000 && test.verdict() == Verdict.OPEN; i++) {
            test.paired(random.nextDouble() < champion, random.nextDouble() < challenger);
        }
        return test.verdict();
    }

    private static int count(final Verdict wanted, final double alpha, final double champion, final double challenger) {
        int count = 0;
        for (int seed = 0; seed < TRIALS; seed++) {
            count += trial(new SplittableRandom(seed), alpha, champion, challenger) == wanted ? 1 : 0;
        }
        return count;
    }

    @Test
    void theBetterIsPromotedAndTheWorseIsNot() {
        for (final double alpha : new double[] {ALPHA, 0.001}) {
            assertThat(count(Verdict.PROMOTE, alpha, 0.80, 0.87)).isGreaterThanOrEqualTo(980);
            assertThat(count(Verdict.PROMOTE, alpha, 0.87, 0.80)).isLessThanOrEqualTo((int) (alpha * TRIALS));
            assertThat(count(Verdict.KEEP, alpha, 0.87, 0.80)).isGreaterThanOrEqualTo(980);
        }
        assertThat(count(Verdict.PROMOTE, 0.001, 0.87, 0.80))
                .as("never, at one in a thousand")
                .isZero();
    }

    @Test
    void equalsArePromotedNoMoreOftenThanStatedThoughLookedAtAllTheTime() {
        assertThat(count(Verdict.PROMOTE, ALPHA, 0.8, 0.8)).isLessThanOrEqualTo((int) (ALPHA * TRIALS));
        assertThat(count(Verdict.KEEP, ALPHA, 0.8, 0.8)).isLessThanOrEqualTo((int) (ALPHA * TRIALS));
    }

    @Test
    void subjectsAreSplitByHashAndPairedInOrder() {
        int challengers = 0;
        for (long subject = 1; subject <= 10_000; subject++) {
            challengers += SequentialTest.isChallengers(subject, 0.2) ? 1 : 0;
        }
        assertThat(challengers).isBetween(1880, 2120);
        final SequentialTest test = new SequentialTest(ALPHA);
        final SplittableRandom random = new SplittableRandom(3);
        for (long subject = 1; subject <= 20_000 && test.verdict() == Verdict.OPEN; subject++) {
            final boolean challenger = SequentialTest.isChallengers(subject, 0.5);
            test.split(challenger, random.nextDouble() < (challenger ? 0.9 : 0.8));
        }
        assertThat(test.verdict()).isEqualTo(Verdict.PROMOTE);
    }
}
