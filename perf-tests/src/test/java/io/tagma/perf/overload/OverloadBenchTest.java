package io.tagma.perf.overload;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** A service that decides one payment a microsecond and lets so many wait, on a clock that a look moves on. */
    private static final class Model implements Service {
        private final Answers answers;
        private final long[] nowNs;
        private final int room;
        private final ArrayList<Integer> waiting = new ArrayList<>();
        private long freeAtNs;

        Model(final Answers answers, final long[] nowNs, final int room) {
            this.answers = answers;
            this.nowNs = nowNs;
            this.room = room;
        }

        void pass() {
            while (!waiting.isEmpty() && freeAtNs + 1000 <= nowNs[0]) {
                freeAtNs += 1000;
                answers.answered(waiting.removeFirst());
            }
        }

        @Override
        public boolean offer(final int number) {
            if (waiting.size() == room) {
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

    @Test
    void loadIsOfferedAtItsTimesAndRecoveryIsSeen() {
        final long[] nowNs = {0};
        final Model[] model = new Model[1];
        final NanoClock clock = () -> {
            nowNs[0] += 50;
            if (model[0] != null) {
                model[0].pass();
            }
            return nowNs[0];
        };
        final Answers answers = new Answers(() -> nowNs[0], 2_000_000, 20);
        model[0] = new Model(answers, nowNs, 20);
        final OverloadRun run = new OverloadRun(clock, model[0], answers);

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
