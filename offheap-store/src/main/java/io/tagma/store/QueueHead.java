package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * What a queue's file says in its own header of where its last excerpt is; the queue writes it after the excerpt and its length. Stateless.
 *
 * <p>The field {@code writePosition} is an array of two 64-bit numbers, aligned to 8 bytes behind its type, capacity and used length: the offset of the last
 * excerpt's length word, and that excerpt's number, which the queue passes over where it is not that offset's.
 */
final class QueueHead {
    private static final long UNKNOWN = -1;
    private static final int LENGTH = 256;
    private static final String FIELD = "writePosition";
    private static final byte ARRAY = (byte) 0x8d;
    private static final int NUMBERS = 2;

    private QueueHead() {}

    /** Offset of the last excerpt's length word, 0 where there is none yet; -1 where the header does not say. */
    static long written(final FileChannel file) throws IOException {
        final ByteBuffer head = head(file);
        final int at = place(head);
        return at < 0 ? UNKNOWN : head.getLong(at);
    }

    /** Has the header say another place; nothing where it says none. */
    static void write(final FileChannel file, final long offset) throws IOException {
        final int at = place(head(file));
        if (at >= 0) {
            final ByteBuffer numbers = ByteBuffer.allocate(NUMBERS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            numbers.putLong(0, offset);
            while (numbers.hasRemaining()) {
                file.write(numbers, at + numbers.position());
            }
            file.force(true);
        }
    }

    private static ByteBuffer head(final FileChannel file) throws IOException {
        final ByteBuffer head = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        FileReads.fill(file, head, 0);
        return head.flip();
    }

    private static int place(final ByteBuffer head) {
        final String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
        final int name = text.indexOf(FIELD);
        if (name < 0) {
            return -1;
        }
        // The type stands right in front of what is aligned.
        for (int at = (name + FIELD.length()) / Long.BYTES * Long.BYTES + Long.BYTES;
                at + (2 + NUMBERS) * Long.BYTES <= head.limit();
                at += Long.BYTES) {
            if (head.get(at - 1) == ARRAY && head.getLong(at) == NUMBERS) {
                return at + 2 * Long.BYTES;
            }
        }
        return -1;
    }
}
