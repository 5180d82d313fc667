package io.tagma.engine.agent;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One request that leaves a shard, read in place; valid during the call that hands it over. Owned by the shard's thread. */
public final class Request {
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private int shard;
    private long id;
    private int agent;
    private int service;
    private long timeoutNs;

    /** Points to a request. */
    public Request wrap(final int ofShard, final long number, final int from, final int to, final long timeout) {
        shard = ofShard;
        id = number;
        agent = from;
        service = to;
        timeoutNs = timeout;
        return this;
    }

    /** Points to its bytes. */
    public Request payload(final DirectBuffer source, final int offset, final int length) {
        payload.wrap(source, offset, length);
        return this;
    }

    /** The shard that asks. */
    public int shard() {
        return shard;
    }

    /** Its number on that shard; asked again after a crash it has the same. */
    public long id() {
        return id;
    }

    /** The agent that asks. */
    public int agent() {
        return agent;
    }

    /** Whom it asks. */
    public int service() {
        return service;
    }

    /** How long the shard waits from now on, ns. */
    public long timeoutNs() {
        return timeoutNs;
    }

    /** The bytes; its capacity is their number. */
    public DirectBuffer payload() {
        return payload;
    }
}
