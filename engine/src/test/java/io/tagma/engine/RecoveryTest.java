package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launching again on a directory: what goes on, and what is refused with which words. */
class RecoveryTest {
    private static final Workload WORKLOAD = Workload.of(11, 900);

    @TempDir
    Path directory;

    @Test
    void threeRunsOnOneDirectoryEqualOneUninterruptedRun() {
        final long expected = Engines.run(context("whole"), WORKLOAD);
        final int third = WORKLOAD.inputs().size() / 3;

        Engines.run(context("parts"), WORKLOAD, 0, third);
        Engines.run(context("parts"), WORKLOAD, third, 2 * third);
        final long resumed = Engines.run(
                context("parts"), WORKLOAD, 2 * third, WORKLOAD.inputs().size());

        assertThat(resumed).isEqualTo(expected);
        assertThat(Journals.decisions(directory.resolve("parts"), 0))
                .isEqualTo(Journals.decisions(directory.resolve("whole"), 0));
    }

    @Test
    void outcomesThatWaitedForTheirLearningPointAreLearntAfterTheRestart() {
        final long expected = Engines.run(context("whole", 64), WORKLOAD);

        // 301 is no multiple of 64: outcomes were due when the first engine closed
        Engines.run(context("parts", 64), WORKLOAD, 0, 301);

        assertThat(Engines.run(
                        context("parts", 64), WORKLOAD, 301, WORKLOAD.inputs().size()))
                .isEqualTo(expected);
    }

    @Test
    void theRowsAreOnlyAView() throws IOException {
        final long expected = Engines.run(context("rows"), WORKLOAD);
        try (Stream<Path> files = Files.list(directory.resolve("rows/profiles"))) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }

        assertThat(Engines.replay(context("rows"))).isEqualTo(expected);
    }

    @Test
    void nothingIsWrittenTwiceByLaunchingOften() {
        Engines.run(context("often"), WORKLOAD, 0, 200);
        final List<Journals.Decided> once = Journals.decisions(directory.resolve("often"), 0);
        for (int i = 0; i < 3; i++) {
            Engines.replay(context("often"));
        }

        assertThat(Journals.decisions(directory.resolve("often"), 0)).isEqualTo(once);
    }

    @Test
    void tellsWhereToGoOn() {
        Engines.run(context("on"), WORKLOAD, 0, 300);

        final Engine engine = Engine.launch(context("on"));
        try (engine) {
            assertThat(engine.shard(0).sequence()).isEqualTo(300);
            assertThat(engine.shard(0).lastCorrelationId())
                    .isEqualTo(WORKLOAD.inputs().subList(0, 300).stream()
                            .filter(input -> !input.outcome())
                            .toList()
                            .getLast()
                            .id());
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        final Engine engine = Engine.launch(context("held"));
        try (engine) {
            assertThatThrownBy(() -> Engine.launch(context("held")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("held");
        }
        Engines.replay(context("held"));
    }

    @Test
    void refusesAJournalThatWasMadeWithOtherSettingsAndNamesTheSetting() {
        Engines.run(context("mine"), WORKLOAD, 0, 50);

        refused("shards", "shards", context -> context.shards(2));
        refused("slot", "slot.length", context -> context.slotLength(512));
        refused("dimension", "profile.dimension", context -> context.limits().profileDimension(16));
        refused("rows", "rows.max", context -> context.limits().maxRows(1024));
        refused("features", "features.max", context -> context.limits().maxFeatures(7));
        refused("pending", "pending.capacity", context -> context.limits().pendingCapacity(2048));
        refused("learn", "learn.interval", context -> context.limits().learnInterval(2));
        refused("hash", "hash.interval", context -> context.limits().hashInterval(99));
        refused("timers", "timer.capacity", context -> context.limits().timerCapacity(65));
        refused("mailbox", "mailbox.capacity", context -> context.limits().mailboxCapacity(128));
        refused("reputation", "reputation.rate", context -> context.limits().reputationRate(0.5f));
        refused("agents", "agents", context -> context.agent(Team.learner("new", 1f, false)));
        refused("kinds", "subject.kinds", context -> context.subjectKind(9, "device"));
        refused("property", "property.scenario", context -> context.property("scenario", "other"));
        assertThat(Engines.replay(context("mine").property("note", "y"))).isNotZero();
    }

    private void refused(final String why, final String setting, final Consumer<EngineContext> change) {
        final EngineContext changed = Team.context(directory.resolve("mine"));
        changed.property("note", "y");
        change.accept(changed);
        assertThatThrownBy(() -> Engine.launch(changed))
                .as(why)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining(directory.resolve("mine").toString())
                .hasMessageContaining("another directory");
    }

    @Test
    void refusesADamagedJournalAndSaysWhere() throws IOException {
        Engines.run(context("damaged"), WORKLOAD, 0, 200);
        flip(journalFile("damaged"), WORKLOAD.inputs().get(100).id());

        final EngineContext journalAlone = context("damaged");
        journalAlone.limits().snapshotsKept(0);
        assertThatThrownBy(() -> Engine.launch(journalAlone))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not as the last close left it")
                .hasMessageContaining(".cq4")
                .hasMessageContaining("tagma repair");

        Files.delete(directory.resolve("damaged/integrity/index")); // as after a kill
        final EngineContext again = context("damaged");
        again.limits().snapshotsKept(0);
        assertThatThrownBy(() -> Engine.launch(again))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining(".cq4")
                .hasMessageContaining("tagma repair");
    }

    private Path journalFile(final String name) throws IOException {
        try (Stream<Path> files = Files.list(Journals.of(directory.resolve(name), 0))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Flips a bit of the first place in a file that holds this number. */
    static void flip(final Path file, final long number) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            final byte[] head = new byte[1 << 20];
            bytes.readFully(head, 0, (int) Math.min(head.length, bytes.length()));
            for (int at = 1 << 14; at < head.length - 8; at += 4) {
                if (Long.reverseBytes(java.nio.ByteBuffer.wrap(head).getLong(at)) == number) {
                    bytes.seek(at);
                    bytes.write(head[at] ^ 1);
                    return;
                }
            }
        }
        throw new AssertionError(file + " does not hold " + number);
    }

    private EngineContext context(final String name) {
        return context(name, 1);
    }

    private EngineContext context(final String name, final int learnInterval) {
        final EngineContext context = Team.context(directory.resolve(name)).property("note", "y");
        context.limits().learnInterval(learnInterval);
        return context;
    }
}
