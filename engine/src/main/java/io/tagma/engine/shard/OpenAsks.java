package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Request;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The requests of one shard's agents that are not answered yet: a bounded table, part of the shard's state. It does not know whether a
 * request has left: who sends them, live, goes through those that are {@linkplain #firstUnsent() unsent}; after a recovery that is all.
 * Owned by the shard's thread.
 *
 * <p>A request's number is a count and its slot, so that an answer finds it in one step and one that comes twice finds another.
 */
final class OpenAsks {
    private static final int SLOT_BITS = 12;
    private static final int NOTHING = -1;
    private static final long KEY = 0x61736b73L;

    private final int shard;
    private final int mask;
    private final int maxPayload;
    private final long[] ids;
    private final long[] askedNs;
    private final long[] timeoutNs;
    private final int[] agents;
    private final int[] services;
    private final int[] lengths;
    private final boolean[] open;
    private final boolean[] gaveUp;
    private final UnsafeBuffer payloads;
    private final int[] unsent;
    private final boolean[] queued;
    private final ShardCounters counters;
    private final Answer answer = new Answer();
    private long number;
    private int count;
    private int unsentHead;
    private int unsentCount;
    private int closed;

    OpenAsks(final OutsideTerms terms, final int shard, final ShardCounters counters) {
        final int capacity = terms.capacity();
        this.shard = shard;
        this.counters = counters;
        this.mask = capacity - 1;
        this.maxPayload = terms.maxPayload();
        this.ids = new long[capacity];
        this.askedNs = new long[capacity];
        this.timeoutNs = new long[capacity];
        this.agents = new int[capacity];
        this.services = new int[capacity];
        this.lengths = new int[capacity];
        this.open = new boolean[capacity];
        this.gaveUp = new boolean[capacity];
        this.queued = new boolean[capacity];
        this.unsent = new int[capacity];
        this.payloads = new UnsafeBuffer(new byte[capacity * maxPayload]);
    }

    /** Notes a request; its number, or 0 when there is no room. */
    long open(
            final int agent,
            final int service,
            final long nowNs,
            final long timeout,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (count > mask || length > maxPayload || length < 0 || timeout < 1) {
            return 0;
        }
        number++;
        int slot = (int) number & mask;
        while (open[slot]) {
            slot = (slot + 1) & mask;
        }
        ids[slot] = number << SLOT_BITS | slot;
        agents[slot] = agent;
        services[slot] = service;
        askedNs[slot] = nowNs;
        timeoutNs[slot] = timeout;
        lengths[slot] = length;
        payloads.putBytes(slot * maxPayload, payload, offset, length);
        open[slot] = true;
        count++;
        queue(slot);
        return ids[slot];
    }

    private void queue(final int slot) {
        if (!queued[slot]) {
            queued[slot] = true;
            unsent[(unsentHead + unsentCount++) & mask] = slot;
        }
    }

    /** Takes a frame; false where its request is not open, which is counted. The rest of the getters then speak of it. */
    boolean close(final DirectBuffer buffer, final int offset) {
        final long id = answer.wrap(buffer, offset).request();
        final int slot = (int) (id & ((1 << SLOT_BITS) - 1));
        if (slot > mask || ids[slot] != id || !open[slot]) {
            if (slot <= mask && ids[slot] == id && gaveUp[slot]) {
                counters.lateAnswers.increment();
            } else {
                counters.strayAnswers.increment();
            }
            return false;
        }
        answer.to(services[slot], payloads, slot * maxPayload, lengths[slot]);
        open[slot] = false;
        gaveUp[slot] = answer.code() == Answer.LATE;
        count--;
        closed = slot;
        counters.answers.increment();
        return true;
    }

    Answer answer() {
        return answer;
    }

    int agentId() {
        return agents[closed];
    }

    long askedNs() {
        return askedNs[closed];
    }

    /** How many are open. */
    int count() {
        return count;
    }

    /** Slot of the first request that has not left, or -1. */
    int firstUnsent() {
        while (unsentCount > 0) {
            final int slot = unsent[unsentHead & mask];
            if (open[slot]) {
                return slot;
            }
            sent(); // answered before it left, in a journal
        }
        return NOTHING;
    }

    /** The first has left. */
    void sent() {
        queued[unsent[unsentHead & mask]] = false;
        unsentHead = (unsentHead + 1) & mask;
        unsentCount--;
    }

    Request request(final Request into, final int slot) {
        return into.wrap(shard, ids[slot], agents[slot], services[slot], timeoutNs[slot])
                .payload(payloads, slot * maxPayload, lengths[slot]);
    }

    boolean isOpen(final int slot) {
        return open[slot];
    }

    long id(final int slot) {
        return ids[slot];
    }

    int capacity() {
        return mask + 1;
    }

    /** Whether nothing was ever asked. */
    boolean isUntouched() {
        return number == 0;
    }

    /** What the state hash takes of it; 0 while nothing was asked. */
    long digest() {
        if (number == 0) {
            return 0;
        }
        long hash = Subjects.mix(number ^ KEY);
        for (int slot = 0; slot <= mask; slot++) {
            if (open[slot]) {
                hash = Subjects.mix(hash ^ ids[slot]);
                hash = Subjects.mix(hash ^ ((long) agents[slot] << Integer.SIZE | (services[slot] & 0xffff_ffffL)));
                hash = Subjects.mix(hash ^ askedNs[slot]);
                hash = Subjects.mix(hash ^ timeoutNs[slot]);
                for (int i = 0; i < lengths[slot]; i++) {
                    hash = hash * 31 + payloads.getByte(slot * maxPayload + i);
                }
            }
        }
        return hash == 0 ? 1 : hash;
    }

    void save(final SnapshotWriter out) {
        out.putInt(mask + 1);
        out.putInt(maxPayload);
        out.putLong(number);
        out.putLongs(ids, 0, ids.length);
        for (int slot = 0; slot <= mask; slot++) {
            out.putInt(open[slot] ? 2 : gaveUp[slot] ? 1 : 0);
            if (open[slot]) {
                out.putLong(askedNs[slot]);
                out.putLong(timeoutNs[slot]);
                out.putInt(agents[slot]);
                out.putInt(services[slot]);
                out.putInt(lengths[slot]);
                out.putBytes(payloads.byteArray(), slot * maxPayload, lengths[slot]);
            }
        }
    }

    void load(final SnapshotReader in) {
        final int capacity = in.getInt();
        final int payload = in.getInt();
        if (capacity != mask + 1 || payload != maxPayload) {
            throw new EngineException("the snapshot has room for " + capacity + " requests of " + payload
                    + " bytes, this launch for " + (mask + 1) + " of " + maxPayload
                    + "; launch with the terms of outside that it was written with");
        }
        number = in.getLong();
        in.getLongs(ids, 0, ids.length);
        count = 0;
        unsentHead = 0;
        unsentCount = 0;
        Arrays.fill(queued, false);
        for (int slot = 0; slot <= mask; slot++) {
            final int state = in.getInt();
            open[slot] = state == 2;
            gaveUp[slot] = state == 1;
            if (open[slot]) {
                askedNs[slot] = in.getLong();
                timeoutNs[slot] = in.getLong();
                agents[slot] = in.getInt();
                services[slot] = in.getInt();
                lengths[slot] = in.getInt();
                in.getBytes(payloads.byteArray(), slot * maxPayload, lengths[slot]);
                count++;
                queue(slot);
            }
        }
    }
}
