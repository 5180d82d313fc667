package io.tagma.store;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads an audit, from any thread and any process, also while it is appended to. Owned by its one reading thread. It is for
 * people and tools, so it allocates.
 */
public final class AuditTailer implements AutoCloseable {
    private final QueueReading reading;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    private final QueueReading.Visitor take = this::take;
    private Consumer<Damage> damageListener = damage -> {};
    private long damaged;
    private boolean endSeen;
    private boolean stuck;
    private boolean closed;

    private AuditTailer(final QueueReading reading) {
        this.reading = reading;
    }

    /**
     * Opens an audit at its start.
     *
     * @throws StoreException when there is none, or it cannot be read
     */
    public static AuditTailer open(final Path directory) {
        return new AuditTailer(new QueueReading(directory));
    }

    /**
     * Goes to the next record. One that cannot be read is skipped and {@linkplain #damaged() counted}: the journal has it.
     *
     * @return false when there is no further one yet
     */
    public boolean next() {
        while (!stuck) {
            try {
                final int code = reading.next(take, TailerCode.END);
                if (code == TailerCode.EXCERPT) {
                    return true;
                }
                if (code == TailerCode.END && !passHole()) {
                    return false;
                }
            } catch (RuntimeException e) {
                found(reading.damage(reading.index(), -1, "damaged framing: " + e.getMessage()));
                stuck = !reading.pass();
            }
        }
        return false;
    }

    /** Sequence of the record, -1 when it has none. */
    public long sequence() {
        return fields.get(AuditRecordReader.SEQUENCE) instanceof Long value ? value : -1;
    }

    /** Time of the record in nanoseconds, 0 when it has none. */
    public long timeNs() {
        return fields.get(AuditRecordReader.TIME_NS) instanceof Long value ? value : 0;
    }

    /** The record's fields in their order: values are {@code Long}, {@code Double}, {@code String} or null. A read-only view. */
    public Map<String, @Nullable Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** Records, or stretches of them, that could not be read. */
    public long damaged() {
        return damaged;
    }

    /** Appends the record as one line of JSON without the line's end; numbers that JSON does not have become strings. */
    public void toJson(final StringBuilder out) {
        AuditText.json(fields, out);
    }

    /** Appends the record as one line of YAML (a flow mapping) without the line's end. */
    public void toYaml(final StringBuilder out) {
        AuditText.yaml(fields, out);
    }

    /** Makes the first record the next. */
    public void toStart() {
        reading.toStart();
        endSeen = false;
        stuck = false;
    }

    /** Makes the next record one that is yet to be appended. */
    public void toEnd() {
        reading.toEnd();
        endSeen = false;
        stuck = false;
    }

    /** Makes the first record of that sequence or a greater one the next; false, and at the end, when there is none. */
    public boolean toSequence(final long sequence) {
        return search(AuditRecordReader.SEQUENCE, sequence);
    }

    /** Makes the first record of that time or a later one the next; false, and at the end, when there is none. */
    public boolean toTime(final long timeNs) {
        return search(AuditRecordReader.TIME_NS, timeNs);
    }

    /** Closes the files. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            reading.close();
        }
    }

    /** Tells of each damaged record as it is skipped. */
    void onDamage(final Consumer<Damage> listener) {
        damageListener = listener;
    }

    private void found(final Damage damage) {
        damaged++;
        damageListener.accept(damage);
    }

    private boolean search(final String field, final long target) {
        final QueueSearch search = new QueueSearch(reading, new AuditRecordReader.Key(field));
        final long number = search.lowerBound(target);
        search.moveTo(number);
        endSeen = false;
        stuck = false;
        return number < search.total();
    }

    private boolean passHole() {
        final boolean firstEnd = !endSeen;
        endSeen = true;
        if (!reading.hole(firstEnd) || reading.next(take, TailerCode.END) == TailerCode.EXCERPT) {
            return false;
        }
        found(reading.damage(reading.index(), -1, "damaged framing: no readable record, though more follow"));
        stuck = !reading.pass();
        return true;
    }

    private int take(final DocumentContext document, final Bytes<?> bytes, final long index) {
        fields.clear();
        final long offset = bytes.readPosition();
        try {
            AuditRecordReader.read(document, fields);
            return TailerCode.EXCERPT;
        } catch (RuntimeException e) {
            fields.clear();
            found(reading.damage(index, offset, "a record that cannot be read: " + e.getMessage()));
            return TailerCode.DAMAGED;
        }
    }
}
