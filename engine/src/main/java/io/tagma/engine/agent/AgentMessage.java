package io.tagma.engine.agent;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A message from agent to agent, read in place; valid during the call that hands it over. Owned by the receiving shard's thread. */
public final class AgentMessage {
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private int fromAgent;
    private int kind;
    private long timeNs;

    /** Points to a message. */
    public AgentMessage wrap(
            final int from,
            final int messageKind,
            final long time,
            final DirectBuffer source,
            final int offset,
            final int length) {
        fromAgent = from;
        kind = messageKind;
        timeNs = time;
        payload.wrap(source, offset, length);
        return this;
    }

    /** Number of the sending agent. */
    public int fromAgent() {
        return fromAgent;
    }

    /** What sort of message; the agents' own numbering. */
    public int kind() {
        return kind;
    }

    /** Stream time of the sender when it was sent. */
    public long timeNs() {
        return timeNs;
    }

    /** The bytes; its capacity is their number. */
    public DirectBuffer payload() {
        return payload;
    }
}
