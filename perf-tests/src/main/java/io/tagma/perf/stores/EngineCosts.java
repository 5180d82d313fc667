package io.tagma.perf.stores;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.perf.decision.Scratch;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What it costs an engine that its state can be trusted: snapshots while it runs, checksums, the audit's lag at full speed. Used by one
 * thread, on which the shard runs too; snapshots and audit have threads of their own, so this wants two cores.
 */
final class EngineCosts {
    private static final int SUBJECTS = 50_000;
    private static final int BATCH = 256;
    private static final int ROUNDS = 3;
    private static final int CHECKED = 200_000;
    private static final double NS_PER_MS = 1e6;
    private static final double PERCENT = 100;
    private static final long START_NS = 1_700_000_000_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Event event = new Event();
    private final Path directory;
    private final int events;
    private long bytesPerEvent;

    /**
     * What was measured.
     *
     * @param eventNs of its processor an event costs the shard's thread without snapshots and audit
     * @param snapshotPercent slower with snapshots being taken while it runs; negative where noise is more than that
     * @param snapshots that were taken meanwhile
     * @param checksumPercent share of an event's time that its checksums take: its journal bytes and its row
     * @param auditLagMs most that the audit was behind, ms, sampled at each batch, of the round where that was least
     */
    record Figures(double eventNs, double snapshotPercent, long snapshots, double checksumPercent, double auditLagMs) {}

    EngineCosts(final Path directory, final int events) {
        this.directory = directory;
        this.events = events;
    }

    Figures measure() throws IOException {
        double plain = Double.MAX_VALUE;
        double snapshotted = Double.MAX_VALUE;
        double lagMs = Double.MAX_VALUE;
        long taken = 0;
        run(false, 0); // compiled
        for (int round = 0; round < ROUNDS; round++) {
            plain = Math.min(plain, run(false, 0).eventNs);
            final Run with = run(false, events / 4);
            snapshotted = Math.min(snapshotted, with.eventNs);
            taken = Math.max(taken, with.snapshots);
            lagMs = Math.min(lagMs, run(true, 0).lagMs);
        }
        return new Figures(
                plain,
                PERCENT * (snapshotted / plain - 1),
                taken,
                PERCENT * (journalChecksumNs() + rowChecksumNs()) / plain,
                lagMs);
    }

    private record Run(double eventNs, long snapshots, double lagMs) {}

    private Run run(final boolean audit, final long snapshotInterval) throws IOException {
        final Path at = Files.createTempDirectory(directory, "engine-");
        final EngineContext context = context(at).audit(audit);
        context.limits().snapshotInterval(snapshotInterval);
        final Run result;
        try (Engine engine = Engine.launch(context)) {
            long mostBehind = 0;
            final long begin = clock.nanoTime();
            final long beginCpu = THREADS.getCurrentThreadCpuTime();
            for (int i = 1; i <= events; i++) {
                if (engine.submit(next(i)) != SubmitCode.ACCEPTED) {
                    throw new IllegalStateException("event " + i + " was not taken");
                }
                if (i % BATCH == 0) {
                    engine.step();
                    if (audit) {
                        mostBehind = Math.max(mostBehind, engine.observers().auditLag(0));
                    }
                }
            }
            engine.step();
            final double eventNs = (double) (THREADS.getCurrentThreadCpuTime() - beginCpu) / events;
            final double wallNs = (double) (clock.nanoTime() - begin) / events;
            bytesPerEvent = engine.shard(0).journal().counters().bytes() / events;
            result = new Run(eventNs, engine.snapshots().taken(), mostBehind * wallNs / NS_PER_MS);
        }
        Scratch.delete(at);
        return result;
    }

    private double journalChecksumNs() {
        final ByteBuffer excerpt = ByteBuffer.allocateDirect((int) bytesPerEvent * BATCH);
        final CRC32C crc = new CRC32C();
        long sum = 0;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS * 2; round++) {
            final long begin = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < CHECKED / BATCH; i++) {
                crc.reset();
                crc.update(excerpt.clear());
                sum += crc.getValue();
            }
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - begin);
        }
        return sum == 1 ? 0 : (double) best / CHECKED;
    }

    /** Of a row that is near, as it is when it has just been updated; looking it up and copying it are in it too. */
    private double rowChecksumNs() {
        final Path file = directory.resolve("checked.dat");
        long best = Long.MAX_VALUE;
        int whole = 0;
        try (ProfileStore store = ProfileStore.open(
                new ProfileStoreConfig(file, 1000, Rows.DIMENSION, 1, 0, ProfileStoreConfig.Mode.CREATE))) {
            for (int subject = 0; subject < BATCH; subject++) {
                store.acquireRow(subject);
            }
            for (int round = 0; round < ROUNDS * 2; round++) {
                final long begin = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < CHECKED; i++) {
                    whole += store.check(store.rowAddress(i % BATCH)) == 0 ? 1 : 0;
                }
                best = Math.min(best, THREADS.getCurrentThreadCpuTime() - begin);
            }
        }
        if (whole != CHECKED * ROUNDS * 2) {
            throw new IllegalStateException(whole + " rows were whole");
        }
        return (double) best / CHECKED;
    }

    private Event next(final int i) {
        return event.reset()
                .correlationId(i)
                .subject(1 + (int) (i * 2_654_435_761L % SUBJECTS))
                .timeNs(START_NS + i * 1000L)
                .intent(0)
                .value(i % 100);
    }

    private static EngineContext context(final Path directory) {
        final EngineContext context = new EngineContext()
                .name("costs")
                .directory(directory)
                .threading(Threading.CALLER)
                .ringCapacity(2 * BATCH)
                .slotLength(256)
                .jmx(false)
                .histograms(false)
                .intent(IntentSpec.voted("pay", "limit", 0.2f, 0.4f))
                .agent(AgentFactory.of(
                        AgentDescriptor.of("limiter", "limit"),
                        agent -> (task, ballot) -> ballot.logOdds(task.features()[0] < 5 ? -9 : 9)))
                .subjectRule(Counting::new);
        context.limits().maxBatch(BATCH).maxRows(1 << 17).profileDimension(Rows.DIMENSION);
        return context;
    }

    /** Counts a subject's events and keeps a mean. */
    private static final class Counting implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            features[offset] = row.get(0);
            return 1;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(0, row.get(0) + 1);
            row.set(1, Math.fma(0.1f, task.features()[0] - row.get(1), row.get(1)));
        }
    }
}
