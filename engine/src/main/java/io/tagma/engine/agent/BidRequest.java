package io.tagma.engine.agent;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How a candidate of an asked auction will bid: at once, not at all, or by somebody outside the shard who is asked. Reused for each candidate; owned by
 * the shard's thread.
 */
public final class BidRequest {
    private static final int AT_ONCE = -1;

    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private int service = AT_ONCE;
    private int length;
    private long micros = Agent.DECLINE;

    /** Declines until told otherwise. */
    public BidRequest() {}

    /** For the next candidate: what it writes goes to {@code room} bytes of a buffer. */
    public BidRequest reset(final MutableDirectBuffer buffer, final int offset, final int room) {
        payload.wrap(buffer, offset, room);
        service = AT_ONCE;
        length = 0;
        micros = Agent.DECLINE;
        return this;
    }

    /** Bids at once. */
    public void post(final long bidMicros) {
        service = AT_ONCE;
        micros = bidMicros;
    }

    /**
     * Has somebody outside the shard bid, who is told the first {@code bytes} of the {@link #payload}.
     *
     * @param whom by the number that the engine's {@link Outside} gives its services
     * @throws IllegalArgumentException where that is more than there is room for, or the number is negative
     */
    public void ask(final int whom, final int bytes) {
        if (whom < 0 || bytes < 0 || bytes > payload.capacity()) {
            throw new IllegalArgumentException("service " + whom + " cannot be asked with " + bytes + " bytes: at most "
                    + payload.capacity() + ", raise OutsideTerms.maxPayload");
        }
        service = whom;
        length = bytes;
    }

    /** Has somebody outside the shard bid, who is told the task's features: a float each, little-endian. */
    public void ask(final int whom, final Task task) {
        for (int i = 0; i < task.featureCount(); i++) {
            payload.putFloat(i * Float.BYTES, task.features()[i], ByteOrder.LITTLE_ENDIAN);
        }
        ask(whom, task.featureCount() * Float.BYTES);
    }

    /** Where what is asked goes; its capacity is how much there is room for. */
    public MutableDirectBuffer payload() {
        return payload;
    }

    /** Whether somebody is to be asked. */
    public boolean isAsked() {
        return service != AT_ONCE;
    }

    /** Whom to ask. */
    public int service() {
        return service;
    }

    /** Bytes of the payload. */
    public int length() {
        return length;
    }

    /** The bid that was posted, negative for none. */
    public long micros() {
        return micros;
    }
}
