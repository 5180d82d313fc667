package io.tagma.perf.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The peers' journal: fixed records in one file, gathered in {@value #BUFFER_LENGTH} bytes or written one by one. Owned by one thread.
 *
 * <pre>
 *     decision  | type i32 | amount f32 | number i64 | time i64 | card i64 | terminal i64 | probability f32 | action i32 |
 *     outcome   | type i32 | label f32  | number i64 | time i64 | terminal i64 |
 * </pre>
 */
final class RecordFile implements AutoCloseable {
    static final String NAME = "journal";
    static final int DECISION = 1;
    static final int OUTCOME = 2;
    static final int DECISION_LENGTH = 48;
    static final int OUTCOME_LENGTH = 32;

    private static final int BUFFER_LENGTH = 64 * 1024;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final boolean eachRecord;

    /**
     * Makes the file.
     *
     * @param eachRecord whether each record is handed to the system at once and so survives the death of the process
     */
    RecordFile(final Path directory, final boolean eachRecord) {
        this.eachRecord = eachRecord;
        try {
            channel =
                    FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The decision on a payment and, with it, the payment. */
    void decision(
            final int number,
            final long timeNs,
            final long card,
            final long terminal,
            final float amount,
            final float probability) {
        room(DECISION_LENGTH);
        putDecision(buffer, number, timeNs, card, terminal, amount, probability);
        written();
    }

    static void putDecision(
            final ByteBuffer into,
            final int number,
            final long timeNs,
            final long card,
            final long terminal,
            final float amount,
            final float probability) {
        into.putInt(DECISION)
                .putFloat(amount)
                .putLong(number)
                .putLong(timeNs)
                .putLong(card)
                .putLong(terminal)
                .putFloat(probability)
                .putInt(PlainFraud.action(probability));
    }

    /** How a payment turned out. */
    void outcome(final int number, final long timeNs, final long terminal, final boolean fraud) {
        room(OUTCOME_LENGTH);
        putOutcome(buffer, number, timeNs, terminal, fraud);
        written();
    }

    static void putOutcome(
            final ByteBuffer into, final int number, final long timeNs, final long terminal, final boolean fraud) {
        into.putInt(OUTCOME)
                .putFloat(fraud ? 1f : 0f)
                .putLong(number)
                .putLong(timeNs)
                .putLong(terminal);
    }

    private void room(final int length) {
        if (buffer.remaining() < length) {
            flush();
        }
    }

    private void written() {
        if (eachRecord) {
            flush();
        }
    }

    private void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }

    @Override
    public void close() {
        flush();
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
