package io.tagma.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** How the checksum begins in the file: a field name of 6 characters, the name, and the type of a 64-bit number. */
    private static final byte[] SEAL = "\u00c6crc32c\u00a7".getBytes(StandardCharsets.ISO_8859_1);

    private static final int SEAL_LENGTH = SEAL.length + Long.BYTES;

    /** Records are filled up to a multiple of this. */
    private static final int PADDING = 4;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
        final long end = bytes.readPosition() + checkedLength(bytes);
        final StringBuilder name = new StringBuilder();
        while (bytes.readPosition() < end && wire.hasMore()) {
            name.setLength(0);
            final ValueIn value = wire.read(name);
            fields.put(name.toString(), widen(value.object()));
        }
    }

    /**
     * Length of the fields before the checksum, which they agree with. Looked at before the fields are: the library does not
     * come to an end in bytes that are no fields.
     */
    private static int checkedLength(final Bytes<?> bytes) {
        final byte[] record = new byte[Math.toIntExact(bytes.readRemaining())];
        bytes.read(bytes.readPosition(), record, 0, record.length);
        for (int padding = 0; padding < PADDING; padding++) {
            final int length = record.length - padding - SEAL_LENGTH;
            if (length >= 0 && Arrays.equals(SEAL, 0, SEAL.length, record, length, length + SEAL.length)) {
                final CRC32C crc = new CRC32C();
                crc.update(record, 0, length);
                final long stored = (long) LONG.get(record, length + SEAL.length);
                if (crc.getValue() != stored) {
                    throw new IllegalStateException("checksum 0x" + Long.toHexString(stored) + ", but the bytes have 0x"
                            + Long.toHexString(crc.getValue()));
                }
                return length;
            }
        }
        throw new IllegalStateException("no checksum at the end");
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
