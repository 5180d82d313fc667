package io.tagma.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.RollingResourcesCache;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.table.AbstractTSQueueLock;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import net.openhft.chronicle.wire.Wire;
import org.agrona.concurrent.EpochNanoClock;

/**
 * A Chronicle Queue opened for its only writer: owns the time that chooses the file, and makes each file before Chronicle does,
 * so that it is its user's alone from the first moment. Owned by the writing thread.
 */
final class QueueFiles implements AutoCloseable {
    /**
     * Bytes mapped at a time; a quarter more is mapped beyond, and is the most that an excerpt may have. A block is mapped
     * and unmapped once per that many bytes written.
     */
    static final int BLOCK_SIZE = 64 << 20;

    /** How long to wait for another process to complete a file's head; one that was killed meanwhile never does. */
    private static final long TIMEOUT_MS = 500;

    static final String METADATA = "metadata.cq4t";
    private static final int METADATA_HEAD = 1024;
    static final String METADATA_TYPE = "STStore";
    private static final String SUFFIX = ".cq4";
    private static final String WRITE_LOCK = "chronicle.write.lock";
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What the queue may write beside an excerpt: a file's head and its index pages. */
    private static final long MARGIN = 1 << 20;

    private static final long METADATA_BYTES = 128 << 10;

    private final Path directory;
    private final EpochNanoClock clock;
    private final HeldTime time = new HeldTime();
    private final SingleChronicleQueue queue;
    private final RollingResourcesCache names;
    private int preparedCycle = -1;
    private final FileReservation reservation = new FileReservation();
    private long writtenTo;
    private boolean appended;
    private boolean exact;

    private QueueFiles(
            final Path directory, final RollEvery every, final EpochNanoClock clock, final int indexSpacing) {
        this.directory = directory;
        this.clock = clock;
        removeEmptyFiles(directory);
        time.advanceTo(clock.nanoTime() / NANOS_PER_MILLI);
        queue = builder(directory)
                .rollCycle(cycleOf(every))
                .indexSpacing(indexSpacing)
                .timeProvider(time)
                .build();
        names = new RollingResourcesCache(
                queue.rollCycle(),
                queue.epoch(),
                name -> directory.resolve(name + SUFFIX).toFile(),
                file -> file.getName().substring(0, file.getName().length() - SUFFIX.length()));
        releaseStaleLock();
        // A clock that was set back must not send appends into a file that is already closed.
        final int last = queue.lastCycle();
        if (last >= 0) {
            time.advanceTo((long) last * queue.rollCycle().lengthInMillis() + queue.epoch());
        }
    }

    /**
     * Opens for writing; whoever calls holds the engine's directory, so there is no other writer.
     *
     * @param indexSpacing one excerpt in so many is found at once by its index, others by walking on from it; a power of two. A file that is there
     *     keeps its own
     */
    static QueueFiles forWriting(
            final Path directory, final RollEvery every, final EpochNanoClock clock, final int indexSpacing) {
        try {
            OwnerOnly.directory(directory);
            OwnerOnly.file(directory.resolve(METADATA));
            requireSpace(directory);
            metadataHead(directory);
            return new QueueFiles(directory, every, clock, indexSpacing);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException
                | IOException
                | InternalError e) { // a damaged file may be shorter than its library takes it for
            throw new StoreException(
                    directory + " cannot be opened for appending: " + e.getMessage()
                            + ". Its files may be of another kind or damaged; move the directory away to start anew.",
                    e);
        }
    }

    /** The queue's own header or its metadata must be damaged: what follows is not even looked at. */
    static StoreException unreadable(final Path directory, final Throwable failure) {
        return new StoreException(
                directory + " cannot be read, its files' headers or " + METADATA + " are damaged (" + failure
                        + "): 'tagma repair' with --from a copy restores them.",
                failure);
    }

    /** Opens for reading: creates and changes nothing. */
    static SingleChronicleQueue forReading(final Path directory) {
        if (!Files.exists(directory.resolve(METADATA))) {
            throw new StoreException("no journal or audit at " + directory + ": " + METADATA
                    + " is missing. Check the directory and the shard.");
        }
        try {
            return builder(directory)
                    .rollCycle(rollCycle(metadataHead(directory)))
                    .readOnly(true)
                    .build();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException
                | IOException
                | InternalError e) { // a damaged file may be shorter than its library takes it for
            throw unreadable(directory, e);
        }
    }

    SingleChronicleQueue queue() {
        return queue;
    }

    /** Whether it has no file yet: then there is nothing to read. */
    boolean isNew() {
        return queue.lastCycle() < 0;
    }

    /**
     * Takes the time for the next append, and makes its file when it will be a new one. Between two calls time stands still,
     * so an append never lands in a file that was not made here.
     */
    void holdTime() {
        time.advanceTo(clock.nanoTime() / NANOS_PER_MILLI);
        final int cycle = queue.rollCycle().current(time, queue.epoch());
        if (cycle != preparedCycle) {
            final Path file = fileOf(cycle);
            OwnerOnly.file(file);
            dropReserve();
            reservation.enter(file);
            preparedCycle = cycle;
        }
    }

    /**
     * Sees to it that the disk has blocks for one more excerpt, which the appender is about to write. After {@link #holdTime}.
     *
     * @param length of the excerpt in bytes; what the queue adds is allowed for
     * @return {@link StoreCode#OK}, else {@link StoreCode#NO_SPACE} or {@link StoreCode#IO_ERROR}, and then it must not be written
     */
    int reserve(final ExcerptAppender appender, final int length) {
        final Wire wire = appender.wire();
        return reserve(
                wire == null || appender.cycle() != preparedCycle
                        ? 0
                        : wire.bytes().writePosition(),
                length);
    }

    /** Does so where it is known at which position of the file the excerpt goes. */
    int reserve(final long position, final int length) {
        final long needed = position + length + MARGIN;
        final int code = reservation.require(needed);
        if (code == StoreCode.OK) {
            writtenTo = needed;
            // Before the first append the position may be that of a killed writer's past; behind it, it is exact.
            if (appended && !exact) {
                exact = true;
                reservation.allowZeros();
            }
        }
        return code;
    }

    /** The file that {@link #holdTime} chose, as the queue counts them. */
    int cycle() {
        return preparedCycle;
    }

    /** An excerpt that was reserved is in the file. */
    void written() {
        appended = true;
    }

    /** Sets blocks aside ahead of the writer; see there. */
    FileReservation reservation() {
        return reservation;
    }

    /** Lets go of a file, and of blocks that were set aside in it and not used. */
    private void dropReserve() {
        reservation.leave(exact ? writtenTo : -1);
        appended = false;
        exact = false;
    }

    /** The library unmaps what was closed on a thread of its own, a little later; afterwards it has. */
    static void awaitUnmapped() {
        BackgroundResourceReleaser.releasePendingResources();
    }

    private static void requireSpace(final Path directory) {
        if (ReservedFile.reserve(directory.resolve(METADATA), METADATA_BYTES) == StoreCode.NO_SPACE) {
            throw new StoreException(directory + " cannot be opened for appending: the disk is full. Make room on it.");
        }
    }

    long freeBytes() {
        return directory.toFile().getUsableSpace();
    }

    @Override
    public void close() {
        dropReserve();
        queue.close();
    }

    /**
     * A writer that was killed inside an open document left its process id in the lock. Chronicle frees it when that process
     * is gone, but in a container the next engine has the same id and would wait for itself.
     */
    private void releaseStaleLock() {
        // Each value holds the mapping of the metadata until it is closed itself; the queue knows of its own alone.
        final LongValue lock = queue.metaStore().acquireValueFor(WRITE_LOCK, AbstractTSQueueLock.UNLOCKED);
        lock.setVolatileValue(AbstractTSQueueLock.UNLOCKED);
        Closeable.closeQuietly(lock);
    }

    /**
     * A process that was killed between making a file and Chronicle's writing its head left it empty; whoever meets it would
     * wait for that head.
     */
    private static void removeEmptyFiles(final Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (final Path file : files) {
                if (Files.size(file) == 0) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be tidied: " + e, e);
        }
    }

    /**
     * Writes zeros over what a writer of an audit that was killed left behind the last excerpt.
     *
     * @param index of any of the file's last excerpts
     * @param position of its length word
     */
    void wipeRecords(final long index, final long position) {
        tidy(fileOf(queue.rollCycle().toCycle(index)), end -> end.wipeRecords(position));
    }

    /**
     * Sees to it that the next excerpt of a journal follows the last, see {@link QueueEnd#tidyJournal}; where there is a file.
     *
     * @param index of the last excerpt that can be read, -1 where there is none
     * @param position of its length word
     */
    void tidyJournal(final long index, final long position) {
        final int newest = queue.lastCycle();
        final long from = index >= 0 && queue.rollCycle().toCycle(index) == newest ? position : 0;
        tidy(fileOf(newest), end -> end.tidyJournal(from));
    }

    private Path fileOf(final int cycle) {
        return names.resourceFor(cycle).path.toPath();
    }

    private static void tidy(final Path file, final Tidying tidying) {
        try (QueueEnd end = QueueEnd.of(file)) {
            tidying.run(end);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be tidied behind its last excerpt: " + e, e);
        }
    }

    private interface Tidying {
        void run(QueueEnd end) throws IOException;
    }

    /** Told from the name pattern, which the metadata holds as text: a builder with another cycle would warn. */
    private static RollCycle rollCycle(final String metadata) {
        for (final RollEvery every : RollEvery.values()) {
            if (metadata.contains(cycleOf(every).format())) {
                return cycleOf(every);
            }
        }
        return cycleOf(RollEvery.HOUR);
    }

    /** The metadata's head, checked: Chronicle would wait many seconds for a file of another kind to become one of its own. */
    private static String metadataHead(final Path directory) throws IOException {
        final Path metadata = directory.resolve(METADATA);
        final byte[] head = new byte[METADATA_HEAD];
        final int length;
        try (InputStream in = Files.newInputStream(metadata)) {
            length = in.readNBytes(head, 0, head.length);
        }
        final String text = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        // Empty, or zero as yet, where a process has only begun to make it.
        if (!text.contains(METADATA_TYPE) && !text.chars().allMatch(c -> c == 0)) {
            throw new StoreException(metadata + " is not the metadata of a journal or audit."
                    + " Move the directory away to start anew.");
        }
        return text;
    }

    private static RollCycle cycleOf(final RollEvery every) {
        return switch (every) {
            case SECOND -> TestRollCycles.TEST4_SECONDLY;
            case FIVE_MINUTES -> RollCycles.FIVE_MINUTELY;
            case HALF_HOUR -> RollCycles.HALF_HOURLY;
            case HOUR -> RollCycles.FAST_HOURLY;
            case DAY -> RollCycles.FAST_DAILY;
        };
    }

    private static SingleChronicleQueueBuilder builder(final Path directory) {
        return SingleChronicleQueueBuilder.binary(directory)
                .blockSize(BLOCK_SIZE)
                .timeoutMS(TIMEOUT_MS);
    }

    /** Time that moves when it is told to, and never back. */
    private static final class HeldTime implements TimeProvider {
        private long nowMs;

        void advanceTo(final long ms) {
            nowMs = Math.max(nowMs, ms);
        }

        @Override
        public long currentTimeMillis() {
            return nowMs;
        }
    }
}
