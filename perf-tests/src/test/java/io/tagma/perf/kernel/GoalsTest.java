package io.tagma.perf.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each goal is told with its figure, met or missed; one without a figure is not told. */
class GoalsTest {
    private static Measured measured(
            final String name, final String shape, final String provider, final double ns, final double ofLimit) {
        return new Measured(name, shape, provider, ns, Double.NaN, Double.NaN, ofLimit);
    }

    @Test
    void goalsThatAreMetAndMissed() {
        final List<Measured> all = List.of(
                measured("dense scores", "64 x 256 x 256", "vector", 36_000, 0.87),
                measured("dense scores", "64 x 256 x 256", "c", 44_000, 0.71),
                measured("dense scores", "1 x 256 x 1024", "vector", 15_400, 0.27),
                measured("dense scores", "1 x 256 x 1024", "c", 12_000, 0.27),
                measured("top 10", "65536 x 256", "scalar", 1, 0.01),
                measured("top 10", "1000000 x 256", "vector", 1, 0.79));
        assertThat(Goals.lines(all))
                .containsExactly(
                        "met     dense scores 64 x 256 x 256: 87 % of fused multiply-adds, at least 60",
                        "MISSED  dense scores 1 x 256 x 1024: 15.4 us, at most 15",
                        "MISSED  top 10 1000000 x 256: 79 % of plain reading, at least 80",
                        "met     dense scores 64 x 256 x 256: 0.82 times the C kernel's time, at most 1.2",
                        "MISSED  dense scores 1 x 256 x 1024: 1.28 times the C kernel's time, at most 1.2");
    }

    @Test
    void withoutACompilerNothingIsSaidOfC() {
        assertThat(Goals.lines(List.of(measured("dense scores", "1 x 256 x 1024", "vector", 7_000, 0.3))))
                .containsExactly("met     dense scores 1 x 256 x 1024: 7.0 us, at most 15");
        assertThat(Goals.lines(List.of())).isEmpty();
    }
}
