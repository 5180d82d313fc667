package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingQualityTest {
    private final RankingQuality quality = new RankingQuality();

    @Test
    void aHandfulByHand() {
        quality.add(3f, true);
        quality.add(2f, false);
        quality.add(1f, true);
        quality.add(0f, false);
        assertThat(quality.rocAuc()).isEqualTo(0.75);
        assertThat(quality.averagePrecision()).isEqualTo((1 + 2 / 3.0) / 2);
        assertThat(quality.rocAucError()).isZero();
        assertThat(quality.count()).isEqualTo(4);
        assertThat(quality.fraudCount()).isEqualTo(2);
    }

    @Test
    void tiesCountHalf() {
        quality.add(-100f, true);
        quality.add(-200f, false);
        quality.add(Float.NaN, false);
        assertThat(quality.rocAuc()).isGreaterThan(0.4);
        quality.clear();
        quality.add(1f, true);
        quality.add(1f, false);
        assertThat(quality.rocAuc()).isEqualTo(0.5);
        assertThat(quality.rocAucError()).isEqualTo(0.5);
        assertThat(quality.averagePrecision()).isEqualTo(0.5);
    }

    @Test
    void nothingIsNotANumber() {
        assertThat(quality.rocAuc()).isNaN();
        assertThat(quality.averagePrecision()).isNaN();
        quality.add(1f, false);
        assertThat(quality.rocAuc()).isNaN();
    }

    @Test
    void agreesWithTheSortedScoresWithinItsStatedError() {
        final int n = 20_000;
        final float[] score = new float[n];
        final boolean[] fraud = new boolean[n];
        final SplitMix64 random = new SplitMix64();
        random.reset(4, 0, 0);
        final NormalSampler normal = new NormalSampler();
        for (int i = 0; i < n; i++) {
            fraud[i] = random.nextDouble() < 0.02;
            score[i] = (float) (normal.next(random) + (fraud[i] ? 0 : -2));
            quality.add(score[i], fraud[i]);
        }
        final int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -score[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double wins = 0;
        double precision = 0;
        long frauds = 0;
        long honest = 0;
        for (final int i : order) {
            if (fraud[i]) {
                frauds++;
                precision += frauds / (double) (frauds + honest);
            } else {
                honest++;
                wins += frauds;
            }
        }
        assertThat(quality.rocAuc()).isCloseTo(wins / ((double) frauds * honest), within(quality.rocAucError()));
        assertThat(quality.rocAucError()).isLessThan(3e-4);
        assertThat(quality.averagePrecision()).isCloseTo(precision / frauds, within(2e-3));
    }

    @Test
    void whatIsCaughtWithinABudgetIsTheShareOfFraudsAtTheTop() {
        final RankingQuality quality = new RankingQuality();
        for (int i = 0; i < 100; i++) {
            quality.add(i / 10f, i >= 95 || i == 50);
        }
        assertThat(quality.caughtWithin(0.05)).isCloseTo(5.0 / 6, within(1e-9));
        assertThat(quality.caughtWithin(1)).isCloseTo(1, within(1e-9));
        assertThat(quality.caughtWithin(0)).isZero();
    }

    @Test
    void twoHalvesAddUpToTheWhole() {
        final RankingQuality whole = new RankingQuality();
        final RankingQuality left = new RankingQuality();
        final RankingQuality right = new RankingQuality();
        for (int i = 0; i < 1_000; i++) {
            final float score = (i * 37 % 101) / 10f;
            final boolean fraud = i * 13 % 17 == 0;
            whole.add(score, fraud);
            (i % 2 == 0 ? left : right).add(score, fraud);
        }
        left.addAll(right);
        assertThat(left.count()).isEqualTo(whole.count());
        assertThat(left.rocAuc()).isEqualTo(whole.rocAuc());
        assertThat(left.averagePrecision()).isEqualTo(whole.averagePrecision());
    }
}
