package io.tagma.perf.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which of several runs a comparison tells of. */
class VariantReportTest {
    private final VariantReport report = new VariantReport(Variant.PLAIN);

    @Test
    void theMiddleRunByItsMedianIsToldWhole() {
        paced(5_000, "2.5", "10");
        paced(5_000, "1.5", "40");
        paced(5_000, "9.5", "900");
        paced(50_000, "1.25", "7");
        assertThat(report.latencies()).containsOnlyKeys(5_000, 50_000);
        assertThat(at(5_000).p50()).isEqualTo(2.5);
        assertThat(at(5_000).p99()).isEqualTo(10);
        assertThat(at(50_000).p50()).isEqualTo(1.25);
    }

    @Test
    void theBestRateAndTheLeastHeapCount() {
        assertThat(report.decisionsPerS()).isNaN();
        ran("100", "7.5", "900");
        ran("300", "0.5", "700");
        ran("200", "3.5", "800");
        assertThat(report.decisionsPerS()).isEqualTo(300);
        assertThat(report.heapBytes()).isEqualTo(0.5);
        assertThat(report.cpuNs()).isEqualTo(700);
        assertThat(report.runsPerS()).containsExactly(100.0, 300.0, 200.0);
    }

    @Test
    void theThreadingThatWinsMostRoundsIsChosenWhateverTheBestRound() {
        assertThat(report.chose(new double[] {11, 12, 1}, new double[] {10, 11, 90}))
                .isEqualTo(Threading.DEDICATED);
        assertThat(report.threading()).isEqualTo("DEDICATED (dedicated 12/s, caller 90/s when tried)");
        assertThat(report.chose(new double[] {9, 90, 9}, new double[] {10, 11, 10}))
                .isEqualTo(Threading.CALLER);
        assertThat(report.threading()).isEqualTo("CALLER (dedicated 90/s, caller 11/s when tried)");
    }

    @Test
    void anAnswerWithoutAFigureNamesIt() {
        assertThatIllegalStateException()
                .isThrownBy(() -> report.paced(5_000, Map.of("p50", "1")))
                .withMessageContaining("p99")
                .withMessageContaining("p50=1");
    }

    private VariantReport.Latency at(final int rate) {
        return Objects.requireNonNull(report.latencies().get(rate));
    }

    private void paced(final int rate, final String p50, final String p99) {
        report.paced(
                rate,
                Map.of("p50", p50, "p99", p99, "p999", "1000", "max", "1000", "requests", "10", "answered", "10"));
    }

    private void ran(final String perS, final String heap, final String cpu) {
        report.ran(Map.of(
                "decisions_per_s", perS, "heap_bytes", heap, "cpu_ns", cpu, "auc", "0.8", "ap", "0.5", "events", "10"));
    }
}
