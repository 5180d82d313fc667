package io.tagma.perf.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadBenchTest {
    private static final int RING = 64;

    /** Even the lowest rate that the search for a steady one may end with, 0.7 * 0.8^12 of what is decided, comes to 4.8 times that. */
    private static final String FACTOR = "100";

    @TempDir
    private Path folder = Path.of("");

    private static int bench(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("bench", "overload"));
        all.addAll(List.of(arguments));
        final PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), all.toArray(String[]::new));
    }

    @Test
    void theEngineRejectsAndTheNaiveDesignQueues() throws IOException {
        final Path summary = folder.resolve("summary.json");

        assertThat(bench(
                        "--seconds",
                        "0.2",
                        "--warm",
                        "0.2",
                        "--naive-seconds",
                        "0.1",
                        "--factor",
                        FACTOR,
                        "--ring",
                        String.valueOf(RING),
                        "--summary",
                        summary.toString()))
                .isZero();

        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("rejected").asLong()).as(json.toPrettyString()).isPositive();
        assertThat(json.path("accepted").asLong()).isPositive();
        // what waits is in the ring, or in the batch that was taken out of it
        assertThat(json.path("most_waiting").asLong()).isLessThanOrEqualTo(2L * RING);
        assertThat(json.path("p99_us").path("overload").asDouble()).isPositive();
        assertThat(json.path("naive").path("rejected").asLong()).isZero();
        assertThat(json.path("naive").path("most_waiting").asLong()).isGreaterThan(2L * RING);
    }

    /**
     * A service that decides one payment a microsecond and lets so many wait, on a clock that a look moves on. It may pause at the
     * beginning of each millisecond, or refuse every second payment.
     */
    private static final class Model implements Service {
        private static final long MS = 1_000_000;

        private final Answers answers;
        private final long[] nowNs;
        private final int room;
        private final ArrayList<Integer> waiting = new ArrayList<>();
        private long freeAtNs;
        private long pauseNs;
        private boolean stubborn;
        private int offers;

        Model(final Answers answers, final long[] nowNs, final int room) {
            this.answers = answers;
            this.nowNs = nowNs;
            this.room = room;
        }

        void pass() {
            while (!waiting.isEmpty() && doneNs() <= nowNs[0]) {
                freeAtNs = doneNs();
                answers.answered(waiting.removeFirst());
            }
        }

        private long doneNs() {
            return Math.max(freeAtNs, freeAtNs / MS * MS + pauseNs) + 1000;
        }

        @Override
        public boolean offer(final int number) {
            if (waiting.size() == room || (stubborn && offers++ % 2 == 0)) {
                return false;
            }
            if (waiting.isEmpty()) {
                freeAtNs = nowNs[0];
            }
            waiting.add(number);
            return true;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private final long[] nowNs = {0};
    private final Model[] model = new Model[1];
    private final Answers answers = new Answers(() -> nowNs[0], 2_000_000, 20);

    private OverloadRun run() {
        final NanoClock clock = () -> {
            nowNs[0] += 50;
            if (model[0] != null) {
                model[0].pass();
            }
            return nowNs[0];
        };
        model[0] = new Model(answers, nowNs, 20);
        return new OverloadRun(clock, model[0], answers);
    }

    /**
     * Where it never pauses, 0.7 of what it decides. Where it pauses for 80 us of each ms, it decides 0.92 of a million, and what comes
     * meanwhile fits into its room for 20 at 250,000 a second: five steps below 0.7 of 920,000. Where it refuses half of any load, twelve.
     */
    @ParameterizedTest
    @CsvSource({"0, false, 700000", "80000, false, 211026", "0, true, 48104"})
    void theRateThatIsBorneIsLookedForDownwards(final long pauseNs, final boolean stubborn, final double borne) {
        final OverloadRun run = run();
        model[0].pauseNs = pauseNs;
        model[0].stubborn = stubborn;
        assertThat(run.sustainable(0.02)).isCloseTo(borne, within(0.02 * borne));
    }

    @Test
    void loadIsOfferedAtItsTimesAndRecoveryIsSeen() {
        final OverloadRun run = run();

        final Phase steady = run.load(500_000, 0.05);
        assertThat(steady.taken()).isBetween(24_990L, 25_010L);
        assertThat(steady.rejected()).isZero();
        assertThat(steady.p99Us()).isBetween(1.0, 1.5);

        final Phase overload = run.overload(4_000_000, 0.05);
        assertThat(overload.taken() + overload.rejected()).isBetween(199_000L, 201_000L);
        assertThat((double) overload.taken()).isBetween(49_000.0, 51_000.0);
        assertThat(overload.p99Us()).isBetween(18.0, 22.0);

        assertThat(run.recoveryMs(500_000, 0.3, steady.p99Us())).isZero();
        assertThat(run.recoveryMs(4_000_000, 0.3, steady.p99Us())).isInfinite();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(bench("--factor", "1")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench("--ring", "100")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench("--seconds", "0")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench("--warm", "-1")).isEqualTo(Tagma.EXIT_USAGE);
    }
}
