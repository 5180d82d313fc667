package io.tagma.tools.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyCountsTest {
    @Test
    void quantilesAreThoseOfTheValuesWithinABucket() {
        final SplittableRandom random = new SplittableRandom(7);
        final long[] values = new long[100_000];
        final LatencyCounts counts = new LatencyCounts();
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 25);
            counts.add(values[i]);
        }
        Arrays.sort(values);
        for (final double share : new double[] {0.001, 0.5, 0.9, 0.99, 0.999}) {
            final long exact = values[(int) Math.ceil(share * values.length) - 1];
            assertThat((double) counts.quantile(share)).isCloseTo((double) exact, within(exact / 128.0 + 1));
        }
        assertThat(counts.quantile(1)).isEqualTo(values[values.length - 1]).isEqualTo(counts.maxNs());
    }

    @Test
    void takesTheWholeRange() {
        final LatencyCounts counts = new LatencyCounts();
        counts.add(-5);
        counts.add(0);
        counts.add(Long.MAX_VALUE);
        assertThat(counts.total()).isEqualTo(3);
        assertThat(counts.quantile(0.5)).isZero();
        assertThat(counts.quantile(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(new LatencyCounts().quantile(0.99)).isZero();
    }

    @Test
    void addsUp() {
        final LatencyCounts one = new LatencyCounts();
        final LatencyCounts other = new LatencyCounts();
        one.add(100);
        other.add(5_000);
        one.addAll(other);
        assertThat(one.total()).isEqualTo(2);
        assertThat(one.quantile(0.5)).isEqualTo(100);
        assertThat(one.maxNs()).isEqualTo(5_000);
    }
}
