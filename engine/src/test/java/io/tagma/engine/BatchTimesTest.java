package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.Station;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a batch's durations and excerpts say of time, by clocks that the test moves. */
class BatchTimesTest {
    private static final long START_NS = 1_700_000_000_000_000_000L;

    @TempDir
    Path directory;

    private final Event event = new Event();
    private long nowNs = 1_000_000;
    private long epochNs = START_NS;

    @Test
    void eachDecisionIsTimedFromWhenItsEventCame() {
        final Engine engine = Engine.launch(context());
        try (engine) {
            submit(engine, 1);
            submit(engine, 2);
            nowNs += 4_000;
            submit(engine, 3);
            nowNs += 5_000;
            assertThat(engine.step()).isEqualTo(3);
        }
        assertThat(durations(engine)).containsExactly(5_000L, 9_000L, 9_000L);
    }

    /** A staged batch has the time at which its first event came. */
    @Test
    void eachOfAStagedBatchIsTimedFromItsFirst() {
        final Engine engine = Engine.launch(context());
        try (engine) {
            for (int i = 1; i <= 4; i++) {
                stage(engine, i);
                nowNs += 10_000;
            }
            assertThat(engine.step()).isEqualTo(4);
            stage(engine, 5);
            nowNs += 7_000;
            assertThat(engine.step()).isEqualTo(1);
        }
        assertThat(durations(engine)).containsExactly(7_000L, 40_000L, 40_000L, 40_000L, 40_000L);
    }

    /** {@link #epochNs} goes on by one at each look. */
    @Test
    void outputsHaveTheTimeOfTheirInputsAndTheSealOneOfItsOwn() {
        try (Engine engine = Engine.launch(context())) {
            stage(engine, 1);
            engine.step();
            submit(engine, 2);
            engine.step();
            Deals.visit(event, 3, 3, Team.SCORE);
            assertThat(engine.decide(event, new Decision())).isEqualTo(SubmitCode.ACCEPTED);
        }
        final List<Excerpt> excerpts = excerpts();
        assertThat(excerpts.stream().map(Excerpt::type))
                .containsExactly(
                        ExcerptType.INPUT,
                        ExcerptType.OUTPUT,
                        ExcerptType.INPUT,
                        ExcerptType.OUTPUT,
                        ExcerptType.INPUT,
                        ExcerptType.OUTPUT,
                        ExcerptType.OUTPUT);
        for (int i = 0; i < 6; i += 2) {
            assertThat(excerpts.get(i + 1).timeNs()).isEqualTo(excerpts.get(i).timeNs());
            assertThat(excerpts.get(i + 2).timeNs())
                    .as("what comes behind %s", excerpts.get(i + 1))
                    .isGreaterThan(excerpts.get(i + 1).timeNs());
        }
    }

    private record Excerpt(int type, long timeNs) {}

    private List<Excerpt> excerpts() {
        final List<Excerpt> found = new ArrayList<>();
        try (JournalTailer tailer = JournalTailer.open(Journals.of(directory, 0))) {
            while (tailer.next() == TailerCode.EXCERPT) {
                if (tailer.type() == ExcerptType.INPUT || tailer.type() == ExcerptType.OUTPUT) {
                    found.add(new Excerpt(tailer.type(), tailer.timeNs()));
                }
            }
            assertThat(tailer.damage()).isNull();
        }
        return found;
    }

    /** All end-to-end durations, sorted; microseconds are exact in a histogram of three digits. */
    private static List<Long> durations(final Engine engine) {
        final Histogram total = engine.observers().total(Station.END_TO_END);
        final List<Long> found = new ArrayList<>();
        total.recordedValues().forEach(value -> {
            for (int i = 0; i < value.getCountAtValueIteratedTo(); i++) {
                found.add(Math.round(value.getValueIteratedTo() / 1e3) * 1_000);
            }
        });
        return found;
    }

    private void submit(final Engine engine, final long id) {
        assertThat(engine.submit(Deals.visit(event, id, id, Team.SCORE))).isEqualTo(SubmitCode.ACCEPTED);
    }

    private void stage(final Engine engine, final long id) {
        assertThat(engine.staged().add(Deals.visit(event, id, id, Team.SCORE))).isEqualTo(SubmitCode.ACCEPTED);
    }

    private EngineContext context() {
        return Team.context(directory).histograms(true).nanoClock(() -> nowNs).epochClock(() -> epochNs++);
    }
}
