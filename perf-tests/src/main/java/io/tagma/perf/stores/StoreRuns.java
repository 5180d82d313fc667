package io.tagma.perf.stores;

import io.tagma.perf.decision.Scratch;
import io.tagma.store.JournalAppender;
import io.tagma.store.JournalConfig;
import io.tagma.store.JournalPrefault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** Measures one store after the other on one thread, and the journal. Owned by that thread. */
final class StoreRuns {
    private static final int ROUNDS = 3;
    private static final int CHECK_EVERY = 256;
    private static final int BATCH = 64;
    private static final int SEED = 7;
    private static final int JOURNAL_FRAME = 64;
    private static final long HIGHEST_NS = 60_000_000_000L;
    private static final double NS_PER_SECOND = 1e9;
    private static final int BYTES_PER_KIB = 1024;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Path parent;
    private final int wantedRows;
    private final long roundNs;

    StoreRuns(final Path parent, final int rows, final double seconds) {
        this.parent = parent;
        this.wantedRows = rows;
        this.roundNs = (long) (seconds * NS_PER_SECOND);
    }

    /** One operation on one subject. */
    private interface Operation {
        void on(long subject);
    }

    StoreFigures measure(final StoreKind kind) {
        final Path directory = Scratch.fresh(parent, kind.label());
        final int rows = kind.rows(wantedRows);
        try {
            final StoreFigures.Cost update;
            final double batched;
            final StoreFigures.Cost read;
            final double hot;
            boolean persists;
            try (Rows store = kind.open(directory, rows)) {
                persists = store.persists();
                for (int i = 0; i < rows; i++) {
                    store.update(subject(i));
                }
                final float[] row = new float[Rows.DIMENSION];
                update = cost(store::update, rows);
                batched = batched(store, rows);
                hot = mean(store::update, 1);
                read = cost(subject -> store.read(subject, row), rows);
                check(row);
            }
            return new StoreFigures(
                    kind,
                    rows,
                    update,
                    batched,
                    hot,
                    read,
                    persists ? recovery(kind, directory, rows) : Double.NaN,
                    persists ? kib(directory) * BYTES_PER_KIB / rows : Double.NaN);
        } finally {
            Scratch.delete(directory);
        }
    }

    private static void check(final float[] row) {
        if (!(row[0] >= 1f)) {
            throw new IllegalStateException("a row that was updated reads " + row[0]);
        }
    }

    private double recovery(final StoreKind kind, final Path directory, final int rows) {
        final float[] row = new float[Rows.DIMENSION];
        final long start = clock.nanoTime();
        try (Rows store = kind.open(directory, rows)) {
            store.read(subject(rows / 2), row);
            final double seconds = (clock.nanoTime() - start) / NS_PER_SECOND;
            check(row);
            return seconds;
        }
    }

    private StoreFigures.Cost cost(final Operation operation, final int rows) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, mean(operation, rows));
        }
        return new StoreFigures.Cost(best, p99(operation, rows));
    }

    private double mean(final Operation operation, final int rows) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final long start = clock.nanoTime();
        long count = 0;
        long now = start;
        while (now - start < roundNs) {
            for (int i = 0; i < CHECK_EVERY; i++) {
                operation.on(subject(random.nextInt(rows)));
            }
            count += CHECK_EVERY;
            now = clock.nanoTime();
        }
        return (double) (now - start) / count;
    }

    /** Mean of an update of random rows where the store is told of {@value #BATCH} of them at a time. */
    private double batched(final Rows store, final int rows) {
        double best = Double.MAX_VALUE;
        final long[] subjects = new long[BATCH];
        for (int round = 0; round < ROUNDS; round++) {
            final SplittableRandom random = new SplittableRandom(SEED);
            final long start = clock.nanoTime();
            long count = 0;
            long now = start;
            while (now - start < roundNs) {
                for (int i = 0; i < BATCH; i++) {
                    subjects[i] = subject(random.nextInt(rows));
                }
                store.announce(subjects);
                for (final long subject : subjects) {
                    store.update(subject);
                }
                count += BATCH;
                now = clock.nanoTime();
            }
            best = Math.min(best, (double) (now - start) / count);
        }
        return best;
    }

    private double p99(final Operation operation, final int rows) {
        final SplittableRandom random = new SplittableRandom(SEED + 1);
        final Histogram histogram = new Histogram(HIGHEST_NS, 3);
        final long start = clock.nanoTime();
        long before = start;
        while (before - start < roundNs) {
            operation.on(subject(random.nextInt(rows)));
            final long now = clock.nanoTime();
            histogram.recordValue(Math.min(now - before, HIGHEST_NS));
            before = now;
        }
        return histogram.getValueAtPercentile(99);
    }

    /** Nanoseconds a frame of the journal, {@code group} of them an excerpt. */
    double journal(final int group) {
        final Path directory = Scratch.fresh(parent, "journal-" + group);
        double best = Double.MAX_VALUE;
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory));
                AgentRunner runner = prefault(journal)) {
            AgentRunner.startOnThread(runner);
            for (int round = 0; round < ROUNDS; round++) {
                best = Math.min(best, journal(journal, group));
            }
        } finally {
            Scratch.delete(directory);
        }
        return best;
    }

    /** What an engine's observers do on a thread of theirs. */
    private static AgentRunner prefault(final JournalAppender journal) {
        final JournalPrefault prefault = journal.prefault();
        final Agent agent = new Agent() {
            @Override
            public int doWork() {
                return prefault.doWork();
            }

            @Override
            public String roleName() {
                return "prefault";
            }
        };
        return new AgentRunner(
                new SleepingMillisIdleStrategy(1),
                failure -> {
                    throw new IllegalStateException("pages were not brought in", failure);
                },
                null,
                agent);
    }

    private double journal(final JournalAppender journal, final int group) {
        final long start = clock.nanoTime();
        long now = start;
        long frames = 0;
        while (now - start < roundNs) {
            for (int i = 0; i < CHECK_EVERY / group + 1; i++) {
                journal.begin(1, frames, frames);
                for (int k = 0; k < group; k++) {
                    final int offset = journal.claim(JOURNAL_FRAME);
                    for (int at = 0; at < JOURNAL_FRAME; at += Long.BYTES) {
                        journal.staging().putLong(offset + at, frames, ByteOrder.LITTLE_ENDIAN);
                    }
                    frames++;
                }
                if (journal.commit() < 0) {
                    throw new IllegalStateException("the journal refused an excerpt; is the disk full?");
                }
            }
            now = clock.nanoTime();
        }
        return (double) (now - start) / frames;
    }

    /** As {@code du} counts: holes are no bytes. NaN where there is no such program. */
    private static double kib(final Path directory) {
        try {
            final Process du = new ProcessBuilder("du", "-sk", directory.toString())
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(du.getInputStream(), StandardCharsets.UTF_8))) {
                final String line = out.readLine();
                return line == null ? Double.NaN : Double.parseDouble(line.split("\\s", 2)[0]);
            }
        } catch (final IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static long subject(final int i) {
        return 1L + i;
    }
}
