package io.tagma.engine.agent;

import io.tagma.engine.council.VectorClock;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A message from agent to agent, read in place; valid during the call that hands it over. Owned by the receiving shard's thread. */
public final class AgentMessage {
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private int fromAgent;
    private int kind;
    private long timeNs;
    private @Nullable VectorClock clock;

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
        clock = null;
        payload.wrap(source, offset, length);
        return this;
    }

    /** Adds what the sender knew. */
    public void stamp(final @Nullable VectorClock known) {
        clock = known;
    }

    /**
     * What the sender knew when it sent this, by seat ({@code shard * agents + agent}): compare it with that of another message to tell which
     * came before, or whether neither sender knew of the other. To be read, not kept or changed; null where messages carry none.
     */
    public @Nullable VectorClock clock() {
        return clock;
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
