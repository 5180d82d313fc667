package io.tagma.store;

import java.nio.file.Path;
import net.openhft.chronicle.queue.ExcerptAppender;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's audit, to be appended to: one self-describing record a decision, which the stock Chronicle reader prints as YAML
 * without any class of ours. Owned by the thread of the stage that derives it from the journal.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>{@link #lastSequence} is that of the last whole record, also after {@code kill -9}: a stage that goes on behind it
 *       writes every record exactly once.
 *   <li>A record is visible whole or not at all, and ends with a checksum of itself.
 *   <li>Nothing is allocated between two rolls.
 * </ol>
 *
 * <pre>{@code
 * audit.begin(sequence, timeNs);
 * audit.text("agent", name);
 * audit.float64("score", score);
 * int code = audit.commit();
 * }</pre>
 *
 * <p>Who has many records at a time calls {@link #add} for each and {@link #flush} at the end: they are written in groups, a quarter of a
 * mebibyte at most.
 */
public final class AuditAppender implements AutoCloseable {
    private static final int RECORDS_TO_SPACE_CHECK = 1 << 16;

    /** The queue itself has to write one record in so many, which takes as long as some thirty of a group. */
    private static final int INDEX_SPACING = 1024;

    private static final int GROUP_BYTES = 256 << 10;
    private static final int GROUP_RECORDS = 1024;

    private static final long NONE = -1;
    private static final Logger LOG = LoggerFactory.getLogger(AuditAppender.class);

    private final QueueFiles files;
    private final ExcerptAppender appender;
    private final JournalCounters counters = new JournalCounters();
    private final ExcerptGroups groups;
    private final AuditEncoder encoder = new AuditEncoder();
    private final long[] sequences = new long[GROUP_RECORDS];
    private final int[] offsets = new int[GROUP_RECORDS + 1];
    private int added;
    private boolean begun;
    private int recordsToSpaceCheck;
    private long openSequence;
    private long lastSequence;
    private boolean failureLogged;
    private boolean closed;

    private AuditAppender(final QueueFiles files) {
        this.files = files;
        appender = files.queue().createAppender();
        appender.singleThreadedCheckDisabled(true);
        groups = new ExcerptGroups(files, appender);
    }

    /** Opens with a file a day and the system's clock. */
    public static AuditAppender open(final Path directory) {
        return open(directory, RollEvery.DAY, SystemEpochNanoClock.INSTANCE);
    }

    /**
     * Opens an audit behind its last whole record, or a new one.
     *
     * @param clock chooses the file and nothing else
     * @throws StoreException when it cannot be opened; the message says what to do
     */
    public static AuditAppender open(final Path directory, final RollEvery rollEvery, final EpochNanoClock clock) {
        return open(directory, rollEvery, clock, INDEX_SPACING);
    }

    static AuditAppender open(
            final Path directory, final RollEvery rollEvery, final EpochNanoClock clock, final int indexSpacing) {
        final AuditAppender opened =
                new AuditAppender(QueueFiles.forWriting(directory, rollEvery, clock, indexSpacing));
        if (opened.files.isNew()) {
            opened.lastSequence = NONE;
            return opened;
        }
        try (QueueReading reading = new QueueReading(directory)) {
            opened.lastSequence = opened.findLast(reading);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /** Sequence of the last record that can be read, -1 when there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    /**
     * Begins a record; one that was begun and not committed is dropped.
     *
     * @param sequence at least 0 and greater than the last record's, or searches go astray
     * @param timeNs the embedder's time; never less than the last record's
     */
    public void begin(final long sequence, final long timeNs) {
        begun = true;
        openSequence = sequence;
        encoder.begin();
        encoder.int64(AuditRecordReader.SEQUENCE, sequence);
        encoder.int64(AuditRecordReader.TIME_NS, timeNs);
    }

    /**
     * Adds a field of text.
     *
     * @param name 1 to 31 ASCII characters without blanks, as in the other kinds of fields
     */
    public AuditAppender text(final String name, final @Nullable CharSequence value) {
        encoder.text(name, value);
        return this;
    }

    /** Adds a whole-number field. */
    public AuditAppender int64(final String name, final long value) {
        encoder.int64(name, value);
        return this;
    }

    /** Adds a number field. */
    public AuditAppender float64(final String name, final double value) {
        encoder.float64(name, value);
        return this;
    }

    /**
     * Makes the record visible, and those that were added before.
     *
     * @return as {@link #flush}
     * @throws IllegalStateException without {@link #begin}
     */
    public int commit() {
        gather();
        return flush();
    }

    /**
     * Keeps the record for the next {@link #flush}, which this is where many are kept.
     *
     * @return as {@link #flush}
     * @throws IllegalStateException without {@link #begin}
     */
    public int add() {
        gather();
        return added == GROUP_RECORDS || encoder.end() >= GROUP_BYTES ? flush() : StoreCode.OK;
    }

    private void gather() {
        if (!begun) {
            throw new IllegalStateException("commit without begin");
        }
        begun = false;
        encoder.seal(AuditRecordReader.CHECKSUM);
        encoder.keep();
        sequences[added++] = openSequence;
        offsets[added] = encoder.end();
    }

    /**
     * Makes the records that were added visible.
     *
     * @return {@link StoreCode#OK}, or {@link StoreCode#NO_SPACE} or {@link StoreCode#IO_ERROR}: those behind {@link #lastSequence} are
     *     not there and are dropped
     */
    public int flush() {
        if (added == 0) {
            return StoreCode.OK;
        }
        final int code = write();
        if (code != StoreCode.OK) {
            counters.countFailure();
        }
        added = 0;
        encoder.clear();
        return code;
    }

    /** Drops the open record, if there is one. */
    public void abort() {
        begun = false;
    }

    /** The counters, which any thread may read; a record counts as an excerpt of one frame. */
    public JournalCounters counters() {
        return counters;
    }

    /** Closes the files; records that were not flushed are dropped. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            appender.close();
            files.close();
            encoder.close();
        }
    }

    private int write() {
        recordsToSpaceCheck -= added;
        if (recordsToSpaceCheck < 0) {
            if (files.freeBytes() < JournalConfig.MIN_FREE) {
                recordsToSpaceCheck = 0;
                return noSpace();
            }
            recordsToSpaceCheck = RECORDS_TO_SPACE_CHECK;
        }
        try {
            files.holdTime();
            for (int from = 0; from < added; ) {
                final int room = groups.room(added - from);
                final int records = Math.max(1, room);
                final int length = offsets[from + records] - offsets[from];
                final int code = room > 0
                        ? groups.write(encoder.address() + offsets[from], length, records)
                        : groups.append(encoder.address() + offsets[from]);
                if (code == StoreCode.NO_SPACE) {
                    return noSpace();
                }
                if (code == StoreCode.OK) {
                    from += records;
                    lastSequence = sequences[from - 1];
                    counters.countRecords(records, length);
                } else if (room == 0) {
                    return code;
                }
            }
            return StoreCode.OK;
        } catch (RuntimeException | InternalError e) {
            return failed(e);
        }
    }

    private int noSpace() {
        if (!failureLogged) {
            failureLogged = true;
            LOG.error(
                    "The disk of the audit at {} is full: records wait until there is room; further failures are only"
                            + " counted",
                    files.queue().fileAbsolutePath());
        }
        return StoreCode.NO_SPACE;
    }

    private int failed(final Throwable e) {
        if (!failureLogged) {
            failureLogged = true;
            LOG.error(
                    "The audit at {} refused a record; further failures are only counted",
                    files.queue().fileAbsolutePath(),
                    e);
        }
        return StoreCode.IO_ERROR;
    }

    private long findLast(final QueueReading reading) {
        final AuditRecordReader.Key key = new AuditRecordReader.Key(AuditRecordReader.SEQUENCE);
        final long[] last = {NONE};
        reading.backward(
                (document, bytes, index) -> {
                    final long position = bytes.readPosition();
                    if (!key.readable(document, bytes)) {
                        return 0;
                    }
                    last[0] = key.key(document, bytes);
                    // A group that a killed writer did not come to the end of.
                    files.wipeRecords(index, position - AuditEncoder.LENGTH_WORD);
                    return 1;
                },
                0);
        return last[0];
    }
}
