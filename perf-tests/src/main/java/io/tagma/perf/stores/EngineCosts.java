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
import java.util.Arrays;
import java.util.List;
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
    private static final int BLOCK = 16 * BATCH;
    private static final int SNAPSHOTS = 4;
    private static final int TENTHS = 10;
    private static final double WARM_UP_SHARE = 4;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;
    private static final long START_NS = 1_700_000_000_000_000_000L;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Path directory;
    private final int events;
    private final double auditSeconds;
    private long bytesPerEvent;

    /**
     * What was measured.
     *
     * @param eventNs of its processor an event costs the shard's thread without snapshots and audit
     * @param snapshotPercent more that it costs where snapshots are taken while it runs
     * @param snapshotErrorPercent standard error of that
     * @param snapshots that were taken meanwhile
     * @param eventsPerSnapshot how many events apart
     * @param checksumPercent share of an event's time that its checksums take: its journal bytes and its row
     * @param audit how far the audit was behind
     */
    record Figures(
            double eventNs,
            double snapshotPercent,
            double snapshotErrorPercent,
            long snapshots,
            long eventsPerSnapshot,
            double checksumPercent,
            Audit audit) {}

    /**
     * The audit of a shard at full speed.
     *
     * @param lagMs most that it was behind, ms, sampled at each batch
     * @param lagsMs how far it was behind at the end of each tenth of the time: growing where it cannot keep up
     * @param eventsPerSecond that the shard took meanwhile
     */
    record Audit(double lagMs, List<Double> lagsMs, double eventsPerSecond) {}

    EngineCosts(final Path directory, final int events, final double auditSeconds) {
        this.directory = directory;
        this.events = events;
        this.auditSeconds = auditSeconds;
    }

    Figures measure() throws IOException {
        final int interval = Math.max(BLOCK, events / SNAPSHOTS);
        snapshots(interval); // compiled
        final Pairs pairs = snapshots(interval);
        audit(auditSeconds / WARM_UP_SHARE); // compiled
        final Audit audit = audit(auditSeconds);
        return new Figures(
                pairs.plainNs(),
                PERCENT * pairs.more(),
                PERCENT * pairs.error(),
                pairs.snapshots,
                interval,
                PERCENT * (journalChecksumNs() + rowChecksumNs()) / pairs.plainNs(),
                audit);
    }

    /**
     * Two engines that live at the same time are fed blocks of the same events in turns, each first every other time: what the machine
     * does meanwhile, it does to both.
     */
    private Pairs snapshots(final int interval) throws IOException {
        final Pairs pairs = new Pairs();
        try (Fed plain = new Fed(false, 0);
                Fed snapshotted = new Fed(false, interval)) {
            for (int block = 0; block < ROUNDS * events / BLOCK; block++) {
                final boolean first = (block & 1) == 0;
                final double one = (first ? plain : snapshotted).blockNs();
                final double other = (first ? snapshotted : plain).blockNs();
                pairs.add(first ? one : other, first ? other : one);
            }
            pairs.snapshots = snapshotted.engine.snapshots().taken();
            bytesPerEvent = plain.engine.shard(0).journal().counters().bytes() / plain.fed;
        }
        return pairs;
    }

    private Audit audit(final double seconds) throws IOException {
        final double[] lagsMs = new double[TENTHS];
        double mostMs = 0;
        try (Fed audited = new Fed(true, 0)) {
            final long begin = clock.nanoTime();
            final double lengthNs = seconds * NS_PER_SECOND;
            double elapsedNs = 0;
            for (int tenth = 0; tenth < TENTHS; ) {
                audited.batch();
                elapsedNs = clock.nanoTime() - begin;
                final double lagMs = audited.engine.observers().auditLag(0) * (elapsedNs / audited.fed) / NS_PER_MS;
                mostMs = Math.max(mostMs, lagMs);
                if (elapsedNs >= lengthNs * (tenth + 1) / TENTHS) {
                    lagsMs[tenth++] = lagMs;
                }
            }
            return new Audit(mostMs, Arrays.stream(lagsMs).boxed().toList(), audited.fed / (elapsedNs / NS_PER_SECOND));
        }
    }

    /** Processor times of pairs of blocks, without snapshots and with them. */
    private static final class Pairs {
        private int count;
        private double plain;
        private double differences;
        private double squares;
        private long snapshots;

        void add(final double plainNs, final double snapshottedNs) {
            final double difference = snapshottedNs - plainNs;
            count++;
            plain += plainNs;
            differences += difference;
            squares += difference * difference;
        }

        double plainNs() {
            return plain / count / BLOCK;
        }

        double more() {
            return differences / plain;
        }

        double error() {
            final double mean = differences / count;
            return Math.sqrt(Math.max(0, squares / count - mean * mean) / count) / (plain / count);
        }
    }

    /** An engine and how many events it got. */
    private final class Fed implements AutoCloseable {
        private final Path at;
        private final Engine engine;
        private final Event event = new Event();
        private int fed;

        Fed(final boolean audit, final long snapshotInterval) throws IOException {
            at = Files.createTempDirectory(directory, "engine-");
            final EngineContext context = context(at).audit(audit);
            context.limits().snapshotInterval(snapshotInterval);
            engine = Engine.launch(context);
        }

        /** Nanoseconds of this thread's processor for {@value #BLOCK} events. */
        double blockNs() {
            final long begin = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < BLOCK; i += BATCH) {
                batch();
            }
            return THREADS.getCurrentThreadCpuTime() - begin;
        }

        void batch() {
            for (int i = 0; i < BATCH; i++) {
                if (engine.submit(next(event, ++fed)) != SubmitCode.ACCEPTED) {
                    throw new IllegalStateException("event " + fed + " was not taken");
                }
            }
            engine.step();
        }

        @Override
        public void close() {
            engine.close();
            Scratch.delete(at);
        }
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

    private static Event next(final Event event, final int i) {
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
