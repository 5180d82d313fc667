package io.tagma.store.mirror;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32C;
import org.agrona.concurrent.NanoClock;

/**
 * One connection between a member and whoever writes or reads it: frames of a 32-byte header and up to {@value #CHUNK} bytes, both
 * covered by a CRC32C. Owned by one thread. Nobody waits longer than {@value #PATIENCE_MS} ms for the other side: who is paused
 * holds nobody up.
 */
final class MirrorWire implements AutoCloseable {
    /** Images are kept and sent in pieces of this size. */
    static final int CHUNK = 1 << 20;

    /** Begin the stripe; the oldest makes room. */
    static final int BEGIN = 1;

    /** Keep the chunk; in the parity's member, add it to what is there. */
    static final int PUT = 2;

    /** The stripe is complete and holds this. */
    static final int SEAL = 3;

    /** Which stripes are complete? */
    static final int LIST = 4;

    /** Give the chunk. */
    static final int GET = 5;

    /** End. */
    static final int BYE = 6;

    /** Done. */
    static final int OK = 100;

    /** There is no such stripe or chunk. */
    static final int MISSING = 101;

    /** What is there does not agree with its checksum. */
    static final int DAMAGED = 102;

    private static final int MAGIC = 0x314d_4754; // "TGM1" in file order
    private static final int HEADER = 32;
    private static final int CRC_AT = 28;
    private static final long PATIENCE_MS = 5_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final NanoClock clock;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer payload = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private int op;
    private long stripe;
    private int index;

    MirrorWire(final SocketChannel channel, final NanoClock clock) throws IOException {
        this.channel = channel;
        this.clock = clock;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    /** Sends a frame; the body's position moves to its limit. */
    void send(final int what, final long ofStripe, final int chunk, final ByteBuffer body) throws IOException {
        header.clear();
        header.putInt(MAGIC)
                .putInt(what)
                .putLong(ofStripe)
                .putInt(chunk)
                .putInt(body.remaining())
                .putInt(0);
        header.putInt(CRC_AT, checksum(body)).limit(HEADER).position(0);
        final long deadline = deadline();
        while (header.hasRemaining() || body.hasRemaining()) {
            final long n = header.hasRemaining() ? channel.write(header) : channel.write(body);
            if (n == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    /** Sends a frame without a body. */
    void send(final int what, final long ofStripe, final int chunk) throws IOException {
        send(what, ofStripe, chunk, ByteBuffer.allocate(0));
    }

    /**
     * Receives a frame.
     *
     * @return what it says; its parts are good until the next frame
     * @throws IOException when the other side has gone, is too slow, or what came does not agree with its checksum
     */
    int receive() throws IOException {
        final long deadline = deadline();
        header.clear();
        fill(header, deadline);
        final int length = header.getInt(20);
        if (header.getInt(0) != MAGIC || length < 0 || length > CHUNK) {
            throw new IOException("no frame of a mirror");
        }
        op = header.getInt(4);
        stripe = header.getLong(8);
        index = header.getInt(16);
        payload.clear().limit(length);
        fill(payload, deadline);
        payload.flip();
        if (checksum(payload) != header.getInt(CRC_AT)) {
            throw new IOException("a frame of a mirror does not agree with its checksum");
        }
        return op;
    }

    long stripe() {
        return stripe;
    }

    int index() {
        return index;
    }

    ByteBuffer payload() {
        return payload;
    }

    private int checksum(final ByteBuffer body) {
        crc.reset();
        crc.update(header.slice(0, CRC_AT));
        crc.update(body.slice());
        return (int) crc.getValue();
    }

    private void fill(final ByteBuffer target, final long deadline) throws IOException {
        while (target.hasRemaining()) {
            final int n = channel.read(target);
            if (n < 0) {
                throw new EOFException("the other side has gone");
            }
            if (n == 0) {
                await(SelectionKey.OP_READ, deadline);
            }
        }
    }

    private long deadline() {
        return clock.nanoTime() + PATIENCE_MS * NANOS_PER_MILLI;
    }

    private void await(final int interest, final long deadline) throws IOException {
        final long leftMs = (deadline - clock.nanoTime()) / NANOS_PER_MILLI;
        if (leftMs <= 0) {
            throw new IOException("the other side takes longer than " + PATIENCE_MS + " ms");
        }
        key.interestOps(interest);
        selector.select(leftMs);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
