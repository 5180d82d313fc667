package io.tagma.engine.agent;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** What an isolated agent answers. Owned by its thread. */
public final class IsolatedReply {
    private static final float[] NO_FLOATS = {};
    private static final byte[] NO_BYTES = {};

    private final byte[] bid = new byte[Long.BYTES];
    private final UnsafeBuffer bidBuffer = new UnsafeBuffer(bid);
    private float[] floats = NO_FLOATS;
    private byte[] bytes = NO_BYTES;

    /** Forgets what was answered before. */
    public void reset() {
        floats = NO_FLOATS;
        bytes = NO_BYTES;
    }

    /** Answers numbers. */
    public void floats(final float... values) {
        floats = values;
    }

    /** Answers bytes. */
    public void bytes(final byte[] values) {
        bytes = values;
    }

    /**
     * Answers a bid, where one was {@linkplain Agent#requestBid asked for}.
     *
     * @param micros 0 to {@link io.tagma.engine.market.MicroCredits#MAX}, or {@link Agent#DECLINE}
     */
    public void bidMicros(final long micros) {
        bidBuffer.putLong(0, micros, ByteOrder.LITTLE_ENDIAN);
        bytes = bid;
    }

    /** The numbers. */
    public float[] floats() {
        return floats;
    }

    /** The bytes. */
    public byte[] bytes() {
        return bytes;
    }
}
