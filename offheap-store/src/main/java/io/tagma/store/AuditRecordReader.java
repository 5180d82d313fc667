package io.tagma.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.ValueIn;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/** Reads the named fields of an audit record back. Owned by the reading thread. */
final class AuditRecordReader {
    static final String SEQUENCE = "sequence";
    static final String TIME_NS = "timeNs";

    /** The last field: CRC32C of the record's bytes before it. */
    static final String CHECKSUM = "crc32c";

    private AuditRecordReader() {}

    /**
     * All fields in the order they were written, but for the checksum: values are {@code Long}, {@code Double}, {@code String}
     * or null.
     *
     * @throws IllegalStateException when the record has no checksum or does not agree with it
     */
    static void read(final DocumentContext document, final Map<String, @Nullable Object> fields) {
        final Wire wire = wire(document);
        final Bytes<?> bytes = wire.bytes();
        final long start = bytes.readPosition();
        final StringBuilder name = new StringBuilder();
        long end = start;
        while (wire.hasMore()) {
            name.setLength(0);
            final ValueIn value = wire.read(name);
            if (CHECKSUM.contentEquals(name)) {
                check(bytes, start, end, value.int64());
                if (wire.hasMore()) {
                    throw new IllegalStateException("a record that goes on behind its checksum");
                }
                return;
            }
            fields.put(name.toString(), widen(value.object()));
            end = bytes.readPosition();
        }
        throw new IllegalStateException("a record without a checksum");
    }

    private static void check(final Bytes<?> bytes, final long start, final long end, final long stored) {
        final byte[] content = new byte[Math.toIntExact(end - start)];
        bytes.read(start, content, 0, content.length);
        final CRC32C crc = new CRC32C();
        crc.update(content);
        if (crc.getValue() != stored) {
            throw new IllegalStateException("checksum 0x" + Long.toHexString(stored) + ", but the bytes have 0x"
                    + Long.toHexString(crc.getValue()));
        }
    }

    /** A whole-number field of a record, by name. */
    static final class Key implements QueueSearch.KeyReader {
        private final String name;
        private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

        Key(final String name) {
            this.name = name;
        }

        @Override
        public boolean readable(final DocumentContext document, final Bytes<?> bytes) {
            fields.clear();
            try {
                read(document, fields);
            } catch (RuntimeException e) {
                return false;
            }
            return fields.get(name) instanceof Long;
        }

        @Override
        public long key(final DocumentContext document, final Bytes<?> bytes) {
            return fields.get(name) instanceof Long value ? value : 0;
        }
    }

    private static @Nullable Object widen(final @Nullable Object value) {
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        return value == null ? null : value.toString();
    }

    private static Wire wire(final DocumentContext document) {
        final Wire wire = document.wire();
        if (wire == null) {
            throw new IllegalStateException("a document without content");
        }
        return wire;
    }
}
