package io.tagma.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.KilledEngine;
import io.tagma.engine.fixture.SmallReplay;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.shard.JournalComparison;
import io.tagma.engine.shard.JournalComparison.Difference;
import io.tagma.engine.shard.JournalComparison.Kind;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ReplayBisection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where two recordings, or two replays, part. */
@Timeout(300)
class BisectionTest {
    private static final Workload WORKLOAD = Workload.of(41, 600);
    private static final int DEFAULT_INTERVAL = new ShardLimits().hashInterval();

    @TempDir
    Path temp;

    private int scratches;

    @Test
    void twoReplaysOfOneJournalPartAtExactlyTheInputWhateverTheInterval() {
        final Path directory = temp.resolve("engine");
        final Workload longer = Workload.of(41, 6000);
        final EngineContext context = flipping(directory, 0, false, DEFAULT_INTERVAL);
        Engines.run(context, longer);

        for (final int when : new int[] {1, 4096, 4097, 7777, longer.inputs().size()}) {
            // Not every input is a vote: the flip waits for the next that is.
            final long expected = Journals.decisions(directory, 0).stream()
                    .filter(decision -> decision.sequence() >= when && decision.agent() < 0)
                    .mapToLong(Journals.Decided::sequence)
                    .findFirst()
                    .orElse(0);
            assertThat(ReplayBisection.firstDifference(
                            replay(directory, 0), replay(directory, when), 0, DEFAULT_INTERVAL))
                    .isEqualTo(expected);
        }
    }

    private Supplier<Replay> replay(final Path directory, final long when) {
        return () -> {
            try {
                final Path scratch = Files.createDirectory(temp.resolve("scratch-" + scratches++));
                return Replay.open(flipping(directory, when, false, DEFAULT_INTERVAL), scratch);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** The bit flipped in the memory of one engine as it ran; nobody can make it flip again. */
    @Test
    void twoRecordingsTellTheIntervalOfTheirHashesAndWithOneAnInputTheInput() {
        final Path clean = temp.resolve("clean");
        final Path flipped = temp.resolve("flipped");
        Engines.run(flipping(clean, 0, false, 1), WORKLOAD);
        Engines.run(flipping(flipped, 321, false, 100), WORKLOAD);

        final Difference rough = difference(clean, flipped);
        assertThat(rough.kind()).isEqualTo(Kind.STATE_HASH);
        assertThat(rough.sequence()).isEqualTo(400);
        assertThat(rough.agreed()).isEqualTo(300);

        Engines.run(flipping(temp.resolve("fine"), 321, false, 1), WORKLOAD);
        final Difference exact = difference(clean, temp.resolve("fine"));
        assertThat(exact.kind()).isEqualTo(Kind.STATE_HASH);
        assertThat(exact.sequence()).isEqualTo(321);
        assertThat(exact.agreed()).isEqualTo(320);
    }

    @Test
    void aFlipThatABallotShowsIsFoundInThatDecisionThoughItsOutcomeIsTheSame() {
        final Path clean = temp.resolve("clean");
        final Path flipped = temp.resolve("flipped");
        Engines.run(flipping(clean, 0, true, 4096), WORKLOAD);
        Engines.run(flipping(flipped, 321, true, 4096), WORKLOAD);

        final Difference found = difference(clean, flipped);
        assertThat(found.kind()).isEqualTo(Kind.OUTPUT);
        assertThat(found.sequence()).isEqualTo(321);
    }

    @Test
    void recordingsOfOtherInputsAreToldApartAndABatchIsNoDifference() {
        final Path one = temp.resolve("one");
        final Path other = temp.resolve("other");
        Engines.run(Team.context(one), WORKLOAD);
        final EngineContext small = Team.context(other);
        small.limits().maxBatch(7);
        Engines.run(small, WORKLOAD, 0, 500);
        final JournalComparison.Result same = compare(one, other);
        assertThat(same.first()).isNull();
        assertThat(same.inputs()).isEqualTo(500);
        assertThat(same.hashes()).isEqualTo(5);

        final Path third = temp.resolve("third");
        Engines.run(Team.context(third), Workload.of(42, 600));
        assertThat(difference(one, third).kind()).isEqualTo(Kind.INPUT);
        assertThat(difference(one, third).sequence()).isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void aReplayNeedsNoMoreMemoryForALongJournal() throws IOException {
        final Path directory = temp.resolve("engine");
        final Workload workload = KilledEngine.workload();
        final Engine engine = Engine.launch(Team.context(directory));
        workload.feed(engine);
        final long bytes = engine.shard(0).journal().counters().bytes();
        engine.close();
        final Path scratch = Files.createDirectory(temp.resolve("scratch"));
        try (ChildJvm child = ChildJvm.start("-Xmx32m", SmallReplay.class, directory, scratch)) {
            final String said = child.lineAfter("heap ");
            assertThat(said).endsWith("hash " + engine.stateHash());
            assertThat(Long.parseLong(said.substring(0, said.indexOf(' ')))).isLessThan(bytes);
        }
    }

    private static JournalComparison.Result compare(final Path one, final Path other) {
        return JournalComparison.compare(0, Journals.of(one, 0), Journals.of(other, 0));
    }

    private static Difference difference(final Path one, final Path other) {
        return requireNonNull(compare(one, other).first());
    }

    /** A voter whose weight's lowest bit flips at an input; 0: never. */
    private static EngineContext flipping(
            final Path directory, final long when, final boolean shown, final int hashInterval) {
        final EngineContext context = Team.context(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("weighty", "score"), agent -> {
                    final float[] weights = agent.memory(4);
                    weights[0] = 0.25f;
                    return (task, ballot) -> {
                        if (when > 0 && task.sequence() >= when && weights[0] == 0.25f) {
                            weights[0] = Float.intBitsToFloat(Float.floatToRawIntBits(weights[0]) ^ 1);
                        }
                        ballot.logOdds(shown ? weights[0] : 0f);
                    };
                }));
        context.limits().hashInterval(hashInterval).pendingCapacity(1 << 13);
        return context;
    }
}
