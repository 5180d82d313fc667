package io.tagma.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
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
    private static final Logger LOG = LoggerFactory.getLogger(JournalAppender.class);

    private final QueueFiles files;
    private final ExcerptAppender appender;
    private final UnsafeBuffer staging;
    private final PointerBytesStore source = new PointerBytesStore();
    private final CRC32C crc = new CRC32C();
    private final JournalCounters counters = new JournalCounters();
    private final JournalPrefault prefault;
    private final long minFreeBytes;
    private ByteBuffer bytes;
    private long nextOrdinal;
    private long bytesToSpaceCheck;
    private int position = ExcerptLayout.HEADER_LENGTH;
    private int count;
    private boolean failureLogged;
    private boolean closed;

    private JournalAppender(final JournalConfig config) {
        files = QueueFiles.forWriting(config.directory(), config.rollEvery(), config.clock());
        prefault = new JournalPrefault(files.reservation());
        appender = files.queue().createAppender();
        appender.singleThreadedCheckDisabled(true);
        bytes = ByteBuffer.allocateDirect(config.stagingCapacity());
        staging = new UnsafeBuffer(bytes);
        minFreeBytes = config.minFreeBytes();
    }

    /**
     * Opens a journal at its end, or a new one.
     *
     * @throws StoreException when it cannot be opened; the message says what to do
     */
    public static JournalAppender open(final JournalConfig config) {
        final JournalAppender opened = new JournalAppender(config);
        if (opened.files.isNew()) {
            return opened;
        }
        try (JournalTailer tailer = JournalTailer.open(config.directory())) {
            opened.nextOrdinal = tailer.lastOrdinal() + 1;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /**
     * Starts an excerpt and drops frames that were not committed.
     *
     * @param excerptType the embedder's number for what the frames are, 0 to 65,535
     * @param firstSequence sequence of the first frame; never less than in the excerpt before, or searches go astray
     * @param timeNs the embedder's time; never less than in the excerpt before
     */
    public void begin(final int excerptType, final long firstSequence, final long timeNs) {
        if (excerptType < 0 || excerptType >= TYPE_LIMIT) {
            throw new IllegalArgumentException("excerptType must be 0 to 65535: " + excerptType);
        }
        position = ExcerptLayout.HEADER_LENGTH;
        count = 0;
        staging.putShort(ExcerptLayout.TYPE, (short) excerptType, ByteOrder.LITTLE_ENDIAN);
        staging.putLong(ExcerptLayout.FIRST_SEQUENCE, firstSequence, ByteOrder.LITTLE_ENDIAN);
        staging.putLong(ExcerptLayout.TIME_NS, timeNs, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reserves the next frame, whose payload the caller writes in place, all of it, before the commit.
     *
     * @param length of the payload in bytes, at least 0
     * @return offset of the payload in {@link #staging()}, a multiple of 8; or {@link StoreCode#FULL}: commit, begin again and
     *     repeat; or {@link StoreCode#TOO_LONG}: it fits in no excerpt
     */
    public int claim(final int length) {
        // Compared without adding, which a huge length would overflow.
        if (length < 0 || length > staging.capacity() - position - ExcerptLayout.FRAME_HEADER_LENGTH) {
            return refuse(length);
        }
        final int end = position + ExcerptLayout.frameLength(length);
        if (end > staging.capacity()) {
            return refuse(length);
        }
        // Zero padding first: the payload goes over it.
        staging.putLong(end - Long.BYTES, 0);
        staging.putLong(position, length, ByteOrder.LITTLE_ENDIAN);
        final int offset = position + ExcerptLayout.FRAME_HEADER_LENGTH;
        position = end;
        count++;
        return offset;
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
        if (capacity > staging.capacity()) {
            final ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
            staging.wrap(larger);
            BufferUtil.free(bytes);
            bytes = larger;
        }
        position = ExcerptLayout.HEADER_LENGTH;
        count = 0;
    }

    /** The buffer in which claimed payloads lie. */
    public MutableDirectBuffer staging() {
        return staging;
    }

    /**
     * Copies a frame in.
     *
     * @return offset of the payload in {@link #staging()}, {@link StoreCode#FULL} or {@link StoreCode#TOO_LONG}
     */
    public int append(final DirectBuffer src, final int offset, final int length) {
        final int target = claim(length);
        if (target >= 0) {
            staging.putBytes(target, src, offset, length);
        }
        return target;
    }

    /** Whether the journal has no excerpt. */
    public boolean isEmpty() {
        return nextOrdinal == 0;
    }

    /** Frames since {@link #begin}. */
    public int count() {
        return count;
    }

    /**
     * Writes the frames since {@link #begin} as one excerpt; with none, nothing.
     *
     * @return the excerpt's index, greater than 0 and growing; 0 when there were no frames; {@link StoreCode#NO_SPACE} or
     *     {@link StoreCode#IO_ERROR} when nothing was written, and then the frames are still there to be committed again
     */
    public long commit() {
        if (count == 0) {
            return 0;
        }
        if (bytesToSpaceCheck <= 0 && !enoughSpace()) {
            counters.countFailure();
            return StoreCode.NO_SPACE;
        }
        seal();
        final int code = write();
        if (code != StoreCode.OK) {
            counters.countFailure();
            return code;
        }
        counters.countCommit(count, position);
        bytesToSpaceCheck -= position;
        nextOrdinal++;
        count = 0;
        position = ExcerptLayout.HEADER_LENGTH;
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
            BufferUtil.free(bytes);
        }
    }

    private int refuse(final int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        final long needed = (long) ExcerptLayout.HEADER_LENGTH + ExcerptLayout.FRAME_HEADER_LENGTH + length + 7;
        return (needed & -8L) > staging.capacity() ? StoreCode.TOO_LONG : StoreCode.FULL;
    }

    private void seal() {
        staging.putInt(ExcerptLayout.MAGIC, ExcerptLayout.MAGIC_VALUE, ByteOrder.LITTLE_ENDIAN);
        staging.putShort(ExcerptLayout.VERSION, (short) ExcerptLayout.VERSION_VALUE, ByteOrder.LITTLE_ENDIAN);
        staging.putInt(ExcerptLayout.COUNT, count, ByteOrder.LITTLE_ENDIAN);
        staging.putInt(ExcerptLayout.LENGTH, position - ExcerptLayout.HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
        staging.putLong(ExcerptLayout.ORDINAL, nextOrdinal, ByteOrder.LITTLE_ENDIAN);
        staging.putLong(ExcerptLayout.CRC32C, 0);
        crc.reset();
        crc.update(bytes.limit(position).position(0));
        staging.putInt(ExcerptLayout.CRC32C, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
    }

    private int write() {
        try {
            files.holdTime();
            final int code = files.reserve(appender, position);
            if (code != StoreCode.OK) {
                return code;
            }
            source.set(staging.addressOffset(), position);
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
                        position,
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
