package io.tagma.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.SystemEpochNanoClock;

/** What the child processes of the tests run: each prints what it has done and never ends by itself. */
final class Children {
    static final int D = 16;
    static final int BATCH = 16;

    private Children() {}

    /** Updates rows for ever so that all floats of a version are equal and follow from its time. */
    static final class RowWriter {
        public static void main(final String[] args) {
            final ProfileStore store = ProfileStore.open(config(Path.of(args[0]), ProfileStoreConfig.Mode.CREATE));
            final ProfileRow row = store.newRow();
            for (int subject = 0; subject < 4; subject++) {
                store.acquireRow(subject);
            }
            out().println("ready");
            for (long n = 1; ; n++) {
                row.wrap(store.rowAddress(n & 3));
                row.beginUpdate();
                for (int i = 0; i < D; i++) {
                    row.set(i, (float) n);
                }
                row.endUpdate(n);
            }
        }

        static ProfileStoreConfig config(final Path file, final ProfileStoreConfig.Mode mode) {
            return config(file, 1000, mode);
        }

        static ProfileStoreConfig config(final Path file, final int maxRows, final ProfileStoreConfig.Mode mode) {
            return new ProfileStoreConfig(file, maxRows, D, 7, 3, mode);
        }
    }

    /** Updates rows for ever, many more than stay in the map, so that all floats follow from the subject and the time. */
    static final class TierWriter {
        private static final int SUBJECTS = 3000;
        private static final int WARM = 100;

        public static void main(final String[] args) {
            final ProfileStore store = ProfileStore.open(config(Path.of(args[0])));
            final ProfileRow row = store.newRow();
            final SplittableRandom random = new SplittableRandom(5);
            boolean told = false;
            for (long n = 1; ; n++) {
                final double skewed = random.nextDouble();
                final long subject = (long) (skewed * skewed * skewed * SUBJECTS);
                row.wrap(store.acquireRow(subject));
                if (!staysFresh(subject)) {
                    row.beginUpdate();
                    for (int i = 0; i < D; i++) {
                        row.set(i, value(subject, n));
                    }
                    row.endUpdate(n);
                }
                if (n == SUBJECTS) {
                    out().println("ready");
                }
                if (!told && store.ledger().compactedSegments() > 0) {
                    told = true;
                    out().println("compacted");
                }
            }
        }

        /** Whether the row is made and asked for, but never updated. */
        static boolean staysFresh(final long subject) {
            return subject % 10 == 7;
        }

        /** What all floats of the row's version of that time are; time 0 is before the first update. */
        static float value(final long subject, final long timeNs) {
            return timeNs == 0 ? 0 : subject * 1000 + timeNs % 1000;
        }

        static ProfileStoreConfig config(final Path directory) {
            return RowWriter.config(directory.resolve("rows.dat"), SUBJECTS, ProfileStoreConfig.Mode.CREATE)
                    .withTiers(TierConfig.of(directory.resolve("archive"), WARM));
        }
    }

    /** Appends excerpts of nearly 8 MiB without a zero in them, so that a kill most likely comes in the midst of one. */
    static final class LargeExcerptWriter {
        private static final int LENGTH = JournalConfig.MAX_STAGING - 4096;

        public static void main(final String[] args) {
            final StoreDirectory directory = StoreDirectory.open(Path.of(args[0]));
            final JournalAppender journal = JournalAppender.open(new JournalConfig(
                    directory.journal(0),
                    RollEvery.DAY,
                    SystemEpochNanoClock.INSTANCE,
                    JournalConfig.MAX_STAGING,
                    JournalConfig.MIN_FREE));
            for (long sequence = Long.parseLong(args[1]); ; sequence++) {
                journal.begin(1, sequence, sequence * 10);
                journal.staging().setMemory(journal.claim(LENGTH), LENGTH, (byte) 0x5a);
                if (journal.commit() > 0) {
                    out().println("acked " + sequence);
                }
            }
        }
    }

    /** Appends excerpts of 16 frames for ever and prints the last sequence that was acknowledged. */
    static final class JournalWriter {
        public static void main(final String[] args) {
            final JournalAppender journal = JournalAppender.open(JournalConfig.of(Path.of(args[0])));
            for (long sequence = 0; ; sequence += BATCH) {
                append(journal, sequence, BATCH);
                if (journal.commit() > 0) {
                    out().println("acked " + (sequence + BATCH - 1));
                }
            }
        }

        static void append(final JournalAppender journal, final long sequence, final int frames) {
            journal.begin(1, sequence, sequence * 10);
            for (int i = 0; i < frames; i++) {
                final int offset = journal.claim(40);
                for (int at = 0; at < 40; at += Long.BYTES) {
                    journal.staging().putLong(offset + at, sequence + i);
                }
            }
        }
    }

    /** Appends three excerpts and stops in the middle of a fourth, with its document open. */
    static final class HalfJournalWriter {
        public static void main(final String[] args) {
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(Path.of(args[0])))) {
                for (int i = 0; i < 3; i++) {
                    JournalWriter.append(journal, (long) i * BATCH, BATCH);
                    journal.commit();
                }
            }
            halfWrite(args[0], SingleChronicleQueueBuilder.binary(args[0]));
        }
    }

    /** Writes audit records for ever and stops in the middle of the one with the sequence of the second argument. */
    static final class AuditWriter {
        public static void main(final String[] args) {
            final long stop = Long.parseLong(args[1]);
            final AuditAppender audit = AuditAppender.open(Path.of(args[0]));
            for (long sequence = audit.lastSequence() + 1; ; sequence++) {
                audit.begin(sequence, sequence * 10);
                audit.text("agent", "velocity").float64("score", sequence / 8.0);
                if (sequence == stop) {
                    out().println("open");
                    sleepForEver();
                }
                audit.commit();
            }
        }
    }

    /** Writes audit records for ever, in groups of up to 300 and some hundred bytes to some kibibytes each. */
    static final class AuditGroupWriter {
        public static void main(final String[] args) {
            final SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
            final AuditAppender audit = AuditAppender.open(Path.of(args[0]));
            out().println("behind " + audit.lastSequence());
            long sequence = audit.lastSequence() + 1;
            final long enough = sequence + Long.parseLong(args[2]);
            boolean said = false;
            while (true) {
                for (int left = random.nextInt(300); left > 0; left--) {
                    audit.begin(sequence, sequence * 10);
                    audit.text("text", "x".repeat(random.nextInt(1500)));
                    audit.add();
                    sequence++;
                }
                audit.flush();
                if (!said && sequence > enough) {
                    out().println("well under way");
                    said = true;
                }
            }
        }
    }

    /**
     * Appends until just behind a check of the free space, has a ballast file take all that is left, appends until that is
     * refused, gives the space back, goes on, and takes it again until the next check says so.
     */
    static final class FullDiskWriter {
        public static void main(final String[] args) throws IOException {
            final JournalAppender journal =
                    JournalAppender.open(JournalConfig.of(Path.of(args[0])).minFreeBytes(JournalConfig.MIN_FREE));
            final Path ballast = Path.of(args[1]);
            long sequence = 0;
            JournalWriter.append(journal, sequence, BATCH);
            require(journal.commit());
            fill(ballast);
            long code = 1;
            while (code > 0) {
                sequence += BATCH;
                JournalWriter.append(journal, sequence, BATCH);
                code = journal.commit();
            }
            out().println("acked " + (sequence - 1));
            out().println("full " + StoreCode.name((int) code));
            out().println("failures " + journal.counters().failures());
            Files.delete(ballast);
            require(journal.commit());
            out().println("acked " + (sequence + BATCH - 1));
            sequence += BATCH;
            JournalWriter.append(journal, sequence, BATCH);
            require(journal.commit());
            out().println("acked " + (sequence + BATCH - 1));
            try (JournalAppender other = JournalAppender.open(
                    JournalConfig.of(Path.of(args[0]).resolveSibling("other")).minFreeBytes(1L << 40))) {
                JournalWriter.append(other, 0, BATCH);
                out().println("low " + StoreCode.name((int) other.commit()));
            }
            sleepForEver();
        }

        private static void require(final long code) {
            if (code <= 0) {
                throw new IllegalStateException(StoreCode.name((int) code));
            }
        }

        private static void fill(final Path ballast) throws IOException {
            final ByteBuffer chunk = ByteBuffer.allocate(4096);
            try (FileChannel channel =
                    FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                while (true) {
                    channel.write(chunk.clear());
                }
            } catch (IOException full) {
                out().println("ballast " + Files.size(ballast));
            }
        }
    }

    /** Opens files until there are no descriptors left, tries to open a journal, closes some, and appends to it. */
    static final class DescriptorEater {
        public static void main(final String[] args) throws IOException {
            final Path journal = Path.of(args[0]);
            // Classes that come from folders need descriptors too: what opens and refuses is loaded by doing both
            // before.
            out().println("begun");
            JournalAppender.open(JournalConfig.of(Path.of(args[1]).resolveSibling("first")))
                    .close();
            Files.createFile(Path.of(args[1]).resolveSibling("file"));
            tryOpen(Path.of(args[1]).resolveSibling("file"));
            final List<FileChannel> eaten = new ArrayList<>();
            try {
                while (true) {
                    eaten.add(FileChannel.open(Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                }
            } catch (IOException none) {
                out().println("eaten " + eaten.size());
            }
            out().println("refused " + tryOpen(journal));
            for (final FileChannel channel : eaten) {
                channel.close();
            }
            try (JournalAppender appender = JournalAppender.open(JournalConfig.of(journal))) {
                JournalWriter.append(appender, 3L * BATCH, BATCH);
                appender.commit();
                out().println("acked " + (4 * BATCH - 1));
            }
            sleepForEver();
        }
    }

    /** Repairs, damages the same blocks again, and so on for ever. */
    static final class Repairer {
        public static void main(final String[] args) throws IOException {
            out().println("repairing");
            while (true) {
                final List<Repair> repairs = StoreRepair.run(Path.of(args[0]), null);
                for (final Repair repair : repairs) {
                    IntegrityFixture.flip(Path.of(args[1]), repair.offset() + 5);
                }
            }
        }
    }

    private static String tryOpen(final Path journal) {
        try {
            JournalAppender.open(JournalConfig.of(journal)).close();
            return "nothing";
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName() + " " + e.getMessage();
        }
    }

    /** Opens everything in a directory, rolls over twice, prints "held" and keeps it. */
    static final class DirectoryHolder {
        public static void main(final String[] args) {
            final StoreDirectory directory = StoreDirectory.open(Path.of(args[0]));
            final AtomicLong nowNs = new AtomicLong(
                    JournalConfig.of(directory.journal(0)).clock().nanoTime());
            final JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0))
                    .rollEvery(RollEvery.SECOND)
                    .clock(nowNs::get));
            final AuditAppender audit = AuditAppender.open(directory.audit(0), RollEvery.SECOND, nowNs::get);
            final ProfileStore rows =
                    ProfileStore.open(RowWriter.config(directory.profiles(0), ProfileStoreConfig.Mode.CREATE));
            directory.file(directory.hlog(), "shard-0.hlog");
            final ProfileRow row = rows.newRow().wrap(rows.acquireRow(42));
            row.beginUpdate();
            row.set(0, 4.5f);
            row.endUpdate(99);
            for (int i = 0; i < 3; i++) {
                JournalWriter.append(journal, (long) i * BATCH, BATCH);
                journal.commit();
                audit.begin(i, i);
                audit.commit();
                nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
            }
            out().println("held");
            sleepForEver();
        }
    }

    /** Asks all the time who holds the directory, and says it for each line that it reads. */
    static final class HolderAsker {
        public static void main(final String[] args) throws IOException {
            try (StoreDirectory directory = StoreDirectory.attach(Path.of(args[0]))) {
                out().println("asking");
                while (true) {
                    if (System.in.available() > 0) {
                        System.in.skipNBytes(1);
                        out().println(directory.holderPid().orElse(0));
                    }
                    directory.holderPid();
                }
            }
        }
    }

    /** Holds the directory and a lock of the map, has acknowledged three batches, and waits to be killed. */
    static final class LockHolder {
        public static void main(final String[] args) {
            final StoreDirectory directory = StoreDirectory.open(Path.of(args[0]));
            final JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0)));
            for (int i = 0; i < 3; i++) {
                JournalWriter.append(journal, (long) i * BATCH, BATCH);
                journal.commit();
            }
            ProfileStore.open(RowWriter.config(directory.profiles(0), ProfileStoreConfig.Mode.CREATE))
                    .acquireRow(42);
            RowMap.open(directory.profiles(0), 1000, D).withFirstSegmentLocked(() -> {
                out().println("locked");
                sleepForEver();
            });
        }
    }

    private static void halfWrite(final String directory, final SingleChronicleQueueBuilder builder) {
        final SingleChronicleQueue queue =
                builder.blockSize(QueueFiles.BLOCK_SIZE).build();
        final DocumentContext document = queue.createAppender().writingDocument();
        final var wire = document.wire();
        if (wire != null) {
            wire.bytes().writeLong(0x5555_5555_5555_5555L).writeLong(0x5555_5555_5555_5555L);
        }
        out().println("open " + directory);
        sleepForEver();
    }

    private static void sleepForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    private static PrintStream out() {
        return System.out;
    }
}
