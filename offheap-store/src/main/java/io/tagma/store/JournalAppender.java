package io.tagma.store;

import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's journal, to be appended to: gathers the frames of a batch off-heap and writes them as one excerpt (group commit).
 * Owned by the shard's thread. At most one appender may have a journal open; holding its {@link StoreDirectory} sees to that.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>An excerpt whose {@link #commit} returned an index survives the death of the process; {@code kill -9} included. It is
 *       in the page cache: a power failure may lose it.
 *   <li>A kill in mid-commit leaves no trace: readers do not see the excerpt and the next appender overwrites it.
 *   <li>Nothing is allocated between two rolls.
 * </ol>
 *
 * <pre>{@code
 * journal.begin(EVENTS, firstSequence, nowNs);
 * int offset = journal.claim(length);
 * if (offset >= 0) {
 *     journal.staging().putLong(offset, value, ByteOrder.LITTLE_ENDIAN);
 * }
 * long index = journal.commit();
 * }</pre>
 */
public final class JournalAppender implements AutoCloseable {
    /** Bytes between two looks at the free space. */
    private static final long SPACE_CHECK_BYTES = 16L << 20;

    private static final int TYPE_LIMIT = 1 << 16;

    /** What is passed over behind damaged framing, at most; an excerpt is a whole batch. */
    private static final int INDEX_SPACING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(JournalAppender.class);

    private final QueueFiles files;
    private final ExcerptAppender appender;
    private final ExcerptBuffer staging;
    private final PointerBytesStore source = new PointerBytesStore();
    private final JournalCounters counters = new JournalCounters();
    private final JournalPrefault prefault;
    private final long minFreeBytes;
    private long nextOrdinal;
    private long bytesToSpaceCheck;
    private boolean failureLogged;
    private boolean closed;

    private JournalAppender(final JournalConfig config, final QueueFiles files, final long nextOrdinal) {
        this.files = files;
        this.nextOrdinal = nextOrdinal;
        prefault = new JournalPrefault(files.reservation());
        appender = files.queue().createAppender();
        appender.singleThreadedCheckDisabled(true);
        staging = new ExcerptBuffer(config.stagingCapacity());
        minFreeBytes = config.minFreeBytes();
    }

    /**
     * Opens a journal at its end, or a new one.
     *
     * @throws StoreException when it cannot be opened; the message says what to do
     */
    public static JournalAppender open(final JournalConfig config) {
        final QueueFiles files =
                QueueFiles.forWriting(config.directory(), config.rollEvery(), config.clock(), INDEX_SPACING);
        boolean opened = false;
        try {
            // Before there is an appender, which goes to the end as it finds it.
            final long next = files.isNew() ? 0 : lastOrdinal(config, files) + 1;
            final JournalAppender appender = new JournalAppender(config, files, next);
            opened = true;
            return appender;
        } finally {
            if (!opened) {
                files.close(); // errors too: a damaged file may be shorter than its library takes it for
            }
        }
    }

    private static long lastOrdinal(final JournalConfig config, final QueueFiles files) {
        try (JournalTailer tailer = JournalTailer.open(config.directory())) {
            return tailer.lastOrdinal(files::tidyJournal);
        } catch (StoreException e) {
            throw e;
        } catch (Exception
                | InternalError e) { // a damaged length has the library throw, declared or not, or its mapping
            throw QueueFiles.unreadable(config.directory(), e);
        }
    }

    /**
     * Starts an excerpt and drops frames that were not committed.
     *
     * @param excerptType the embedder's number for what the frames are, 0 to 65,535
     * @param firstSequence sequence of the first frame; never less than in the excerpt before, or searches go astray
     * @param timeNs the embedder's time; never less than in the excerpt before
     */
    public void begin(final int excerptType, final long firstSequence, final long timeNs) {
        check(excerptType);
        staging.clear();
        staging.head(excerptType, firstSequence, timeNs);
    }

    private static void check(final int excerptType) {
        if (excerptType < 0 || excerptType >= TYPE_LIMIT) {
            throw new IllegalArgumentException("excerptType must be 0 to 65535: " + excerptType);
        }
    }

    /**
     * Reserves the next frame, whose payload the caller writes in place, all of it, before the commit.
     *
     * @param length of the payload in bytes, at least 0
     * @return offset of the payload in {@link #staging()}, a multiple of 8; or {@link StoreCode#FULL}: commit, begin again and
     *     repeat; or {@link StoreCode#TOO_LONG}: it fits in no excerpt
     */
    public int claim(final int length) {
        return staging.claim(length);
    }

    /**
     * Sees to it that an excerpt may have so many bytes, {@link JournalConfig#stagingCapacity}; between two excerpts. What was claimed
     * and not committed is dropped.
     */
    public void ensureStaging(final int capacity) {
        if (capacity > JournalConfig.MAX_STAGING) {
            throw new IllegalArgumentException(
                    "an excerpt may have " + JournalConfig.MAX_STAGING + " bytes at most: " + capacity);
        }
        staging.ensure(capacity);
    }

    /** The buffer in which claimed payloads lie. */
    public MutableDirectBuffer staging() {
        return staging.buffer();
    }

    /**
     * Copies a frame in.
     *
     * @return offset of the payload in {@link #staging()}, {@link StoreCode#FULL} or {@link StoreCode#TOO_LONG}
     */
    public int append(final DirectBuffer src, final int offset, final int length) {
        return staging.append(src, offset, length);
    }

    /** Whether the journal has no excerpt. */
    public boolean isEmpty() {
        return nextOrdinal == 0;
    }

    /** Frames since {@link #begin}. */
    public int count() {
        return staging.count();
    }

    /**
     * Writes the frames since {@link #begin} as one excerpt; with none, nothing.
     *
     * @return the excerpt's index, greater than 0 and growing; 0 when there were no frames; {@link StoreCode#NO_SPACE} or
     *     {@link StoreCode#IO_ERROR} when nothing was written, and then the frames are still there to be committed again
     */
    public long commit() {
        final long index = write(staging);
        if (index > 0) {
            staging.clear();
        }
        return index;
    }

    /**
     * Writes frames that were gathered elsewhere as one excerpt; with none, nothing. What was claimed here and not committed stays. The
     * buffer is left as it is, for its frames to be read.
     *
     * @param excerptType as for {@link #begin}, like {@code firstSequence} and {@code timeNs}
     * @return as {@link #commit()}
     */
    public long commit(final ExcerptBuffer frames, final int excerptType, final long firstSequence, final long timeNs) {
        check(excerptType);
        frames.head(excerptType, firstSequence, timeNs);
        return write(frames);
    }

    private long write(final ExcerptBuffer frames) {
        if (frames.count() == 0) {
            return 0;
        }
        if (bytesToSpaceCheck <= 0 && !enoughSpace()) {
            counters.countFailure();
            return StoreCode.NO_SPACE;
        }
        frames.seal(nextOrdinal);
        final int code = put(frames);
        if (code != StoreCode.OK) {
            counters.countFailure();
            return code;
        }
        counters.countCommit(frames.count(), frames.length());
        bytesToSpaceCheck -= frames.length();
        nextOrdinal++;
        return appender.lastIndexAppended();
    }

    /** What another thread may run to spare this one the cost of fresh pages. */
    public JournalPrefault prefault() {
        return prefault;
    }

    /** The counters, which any thread may read. */
    public JournalCounters counters() {
        return counters;
    }

    /** Closes the files; frames that were not committed are dropped. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            prefault.left();
            appender.close();
            files.close();
            staging.close();
        }
    }

    private int put(final ExcerptBuffer frames) {
        try {
            files.holdTime();
            final int code = files.reserve(appender, frames.length());
            if (code != StoreCode.OK) {
                return code;
            }
            source.set(frames.address(), frames.length());
            appender.writeBytes(source);
            files.written();
            prefault.moved(appender.wire().bytes());
            return StoreCode.OK;
        } catch (RuntimeException | InternalError e) {
            // InternalError: a mapped page that the file system could not provide, where it sets no blocks aside. The
            // document was not completed, so readers do not see it and the next one takes its place.
            if (!failureLogged) {
                failureLogged = true;
                LOG.error(
                        "The journal at {} refused an excerpt of {} bytes; further failures are only counted",
                        files.queue().fileAbsolutePath(),
                        frames.length(),
                        e);
            }
            return StoreCode.IO_ERROR;
        }
    }

    private boolean enoughSpace() {
        if (files.freeBytes() < minFreeBytes) {
            return false;
        }
        bytesToSpaceCheck = SPACE_CHECK_BYTES;
        return true;
    }
}
