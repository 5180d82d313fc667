package io.tagma.tools.crash;

import io.tagma.engine.ingest.Decision;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an engine acknowledged, in mapped memory that outlives its process. One process writes at a time; the shard's thread tells
 * of decisions, another of the state.
 *
 * <pre>
 *     0         8                   16        64
 *    +---------+-------------------+---------+------------------ - -
 *    | state   | last acknowledged |    –    | fingerprint of decision n at 64 + 8 n
 *    +---------+-------------------+---------+------------------ - -
 * </pre>
 */
final class Acknowledgements implements AutoCloseable {
    /** Payments that a test acknowledges at most. */
    static final int MOST = 1 << 20;

    /** The engine is open and payments are submitted. */
    static final long DECIDING = 1;

    /** So is it, and a lock of the rows' map is held. */
    static final long LOCKED = 2;

    private static final int STATE = 0;
    private static final int LAST = 8;
    private static final int FIRST = 64;
    private static final int LENGTH = FIRST + Long.BYTES * (MOST + 1);

    private final UnsafeBuffer buffer;

    private Acknowledgements(final UnsafeBuffer buffer) {
        this.buffer = buffer;
    }

    static Acknowledgements create(final Path file) {
        return new Acknowledgements(new UnsafeBuffer(IoUtil.mapNewFile(file.toFile(), LENGTH)));
    }

    static Acknowledgements open(final Path file) {
        final File existing = file.toFile();
        try (FileChannel channel =
                FileChannel.open(existing.toPath(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Acknowledgements(new UnsafeBuffer(channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH)));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells of a decision; allocates nothing. */
    void add(final Decision decision) {
        final long id = decision.correlationId();
        if (id <= MOST) {
            buffer.putLong(place(id), fingerprint(decision), ByteOrder.LITTLE_ENDIAN);
            buffer.putLongRelease(LAST, id);
        }
    }

    /** Never 0: that says that there was no acknowledgement. */
    static long fingerprint(final Decision decision) {
        long hash = decision.sequence();
        hash = 31 * hash + decision.action();
        hash = 31 * hash + decision.status();
        hash = 31 * hash + Float.floatToRawIntBits(decision.score());
        return hash | Long.MIN_VALUE;
    }

    /** Fingerprint of the acknowledged decision on a payment, 0 where there was none. */
    long fingerprint(final long id) {
        return buffer.getLong(place(id), ByteOrder.LITTLE_ENDIAN);
    }

    long last() {
        return buffer.getLongVolatile(LAST);
    }

    void state(final long value) {
        buffer.putLongRelease(STATE, value);
    }

    long state() {
        return buffer.getLongVolatile(STATE);
    }

    @Override
    public void close() {
        IoUtil.unmap(buffer.byteBuffer());
    }

    private static int place(final long id) {
        return FIRST + Long.BYTES * (int) id;
    }
}
