package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.shard.Replay;
import io.tagma.store.HotTier;
import io.tagma.store.ProfileStore;
import io.tagma.store.StoreException;
import io.tagma.store.TierLedger;
import io.tagma.store.TierLedger.Tier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most rows in the archive: nothing that is decided shows it. */
class TiersTest {
    private static final Workload WORKLOAD = Workload.of(17, 2000);
    private static final int HEADER = 64;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theStateIsTheSameWithFewRowsWarmAlsoAfterReplayAndRelaunch(final int shards) throws IOException {
        final long expected = Engines.run(context("whole", shards, 0), WORKLOAD);
        final Engine engine = Engine.launch(context("tiers", shards, 16));
        try (engine) {
            WORKLOAD.feed(engine);
            for (int shard = 0; shard < shards; shard++) {
                final TierLedger ledger = engine.shard(shard).store().ledger();
                assertThat(ledger.warmRows()).isEqualTo(16);
                assertThat(ledger.coldRows()).isPositive();
                assertThat(ledger.promotions()).isGreaterThan(100);
                for (final Tier tier : Tier.values()) {
                    assertThat(ledger.peak(tier)).isLessThanOrEqualTo(ledger.budget(tier));
                }
            }
        }
        assertThat(engine.stateHash()).isEqualTo(expected);
        for (int shard = 0; shard < shards; shard++) {
            assertThat(Journals.decisions(directory.resolve("tiers"), shard))
                    .isEqualTo(Journals.decisions(directory.resolve("whole"), shard));
        }
        // From its snapshot, from the journal alone, and with all rows warm; none of them minds how it was before.
        assertThat(Engines.run(context("tiers", shards, 20), WORKLOAD, 0, 0)).isEqualTo(expected);
        assertThat(Engines.replay(context("tiers", shards, 16))).isEqualTo(expected);
        assertThat(Engines.replay(context("tiers", shards, 0))).isEqualTo(expected);
        assertThat(Engines.run(context("whole", shards, 16), WORKLOAD, 0, 0)).isEqualTo(expected);
        try (Replay replay =
                Replay.open(context("tiers", shards, 16), Files.createDirectory(directory.resolve("scratch")))) {
            for (int shard = 0; shard < shards; shard++) {
                assertThat(replay.shard(shard).advance(Long.MAX_VALUE, true)).isNull();
            }
            assertThat(replay.stateHash()).isEqualTo(expected);
        }
    }

    @Test
    void aRunInThreePartsEqualsOne() {
        final long expected = Engines.run(context("whole", 1, 0), WORKLOAD);
        final int third = WORKLOAD.inputs().size() / 3;
        Engines.run(context("parts", 1, 16), WORKLOAD, 0, third);
        Engines.run(context("parts", 1, 0), WORKLOAD, third, 2 * third);
        assertThat(Engines.run(
                        context("parts", 1, 17),
                        WORKLOAD,
                        2 * third,
                        WORKLOAD.inputs().size()))
                .isEqualTo(expected);
    }

    @Test
    void aDamagedArchiveStopsTheShardAndTheNextLaunchRebuildsIt() throws IOException {
        final long expected = Engines.run(context("whole", 1, 0), WORKLOAD);
        final int half = WORKLOAD.inputs().size() / 2;
        final EngineContext once = context("tiers", 1, 16);
        once.faults(once.faults().shardRestarts(0));
        final Engine engine = Engine.launch(once);
        int taken = half;
        try (engine) {
            WORKLOAD.feed(engine, 0, half);
            overwrite(directory.resolve("tiers/archive/shard-0"));
            while (engine.shard(0).failure() == null
                    && taken < WORKLOAD.inputs().size()) {
                WORKLOAD.offer(engine, taken++);
                engine.step();
            }
            assertThat(engine.shard(0).failure())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("is damaged", "segment-", "launch the engine again");
            assertThat(engine.shard(0).store().ledger().damagedBlocks()).isPositive();
        }
        // What was journaled is taken up: the input that met the damage too.
        final Engine again = Engine.launch(context("tiers", 1, 16));
        try (again) {
            assertThat(again.shard(0).sequence()).isEqualTo(taken);
            WORKLOAD.feed(again, taken, WORKLOAD.inputs().size());
        }
        assertThat(again.stateHash()).isEqualTo(expected);
    }

    @Test
    void aShardThatMeetsADamagedArchiveIsBuiltAnewWithAnother() throws IOException {
        final long expected = Engines.run(context("whole", 1, 0), WORKLOAD);
        final int half = WORKLOAD.inputs().size() / 2;
        final Engine engine = Engine.launch(context("tiers", 1, 16));
        try (engine) {
            WORKLOAD.feed(engine, 0, half);
            overwrite(directory.resolve("tiers/archive/shard-0"));
            WORKLOAD.feed(engine, half, WORKLOAD.inputs().size());
            assertThat(engine.shard(0).failure()).isNull();
            assertThat(engine.shard(0).restarts()).isEqualTo(1);
            assertThat(engine.shard(0).lastRestart()).contains("is damaged", "segment-");
        }
        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    @Test
    void hotRowsChangeNothingAndTellWhoIsSimilar() {
        final long expected = Engines.run(context("whole", 1, 0), WORKLOAD);
        final EngineContext context = context("hot", 1, 16);
        context.limits().hotRows(40);
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine);
            final ProfileStore store = engine.shard(0).store();
            assertThat(store.ledger().hotRows()).isEqualTo(40);
            final HotTier hot = Objects.requireNonNull(store.hot());
            final long subject = hot.subject(3);
            final long[] subjects = new long[5];
            final float[] cosines = new float[5];
            assertThat(engine.similar(subject, subjects, cosines)).isEqualTo(5);

            final double[] ranked = IntStream.range(0, hot.count())
                    .filter(slot -> slot != 3)
                    .mapToDouble(slot -> -cosine(hot, 3, slot))
                    .sorted()
                    .toArray();
            for (int i = 0; i < 5; i++) {
                assertThat((double) cosines[i]).isCloseTo(-ranked[i], within(1e-5));
                assertThat(cosine(hot, 3, hot.slot(subjects[i]))).isCloseTo((double) cosines[i], within(1e-5));
            }
            assertThat(cosines[0]).isGreaterThanOrEqualTo(cosines[4]).isBetween(-1.0001f, 1.0001f);
            assertThat(engine.similar(-1, subjects, cosines)).isEqualTo(-1);
        }
        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    private static double cosine(final HotTier hot, final int a, final int b) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < hot.dimension(); i++) {
            product += (double) hot.get(a, i) * hot.get(b, i);
            first += (double) hot.get(a, i) * hot.get(a, i);
            second += (double) hot.get(b, i) * hot.get(b, i);
        }
        return first * second == 0 ? 0 : product / Math.sqrt(first * second);
    }

    /** Leaves each segment's header and nothing else that was in it. */
    private static void overwrite(final Path archive) throws IOException {
        final List<Path> files;
        try (Stream<Path> entries = Files.list(archive)) {
            files = entries.toList();
        }
        for (final Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate((int) channel.size() - HEADER), HEADER);
            }
        }
    }

    private EngineContext context(final String name, final int shards, final int warm) {
        final EngineContext context = Team.context(directory.resolve(name)).shards(shards);
        context.limits().warmRows(warm);
        return context;
    }
}
