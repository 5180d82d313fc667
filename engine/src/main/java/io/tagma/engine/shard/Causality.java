package io.tagma.engine.shard;

import io.tagma.engine.council.VectorClock;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The vector clocks of one shard's agents: what each has heard of, through messages, from every agent on every shard. An agent counts an
 * event of its own for each message it sends or receives. Made with the first message, so an engine whose agents send none has none; and
 * none where there are more than {@value #MAX_SEATS} seats, an instance of an agent being a seat. Owned by the shard's thread; part of the
 * state hash once there was a message.
 */
final class Causality {
    /** Most instances of agents, all shards together, whose messages carry clocks. */
    static final int MAX_SEATS = 256;

    private static final int ENTRY = Short.BYTES + Long.BYTES;

    private final int shard;
    private final int agents;
    private final int seats;
    private final int mailSlots;
    private VectorClock @Nullable [] clocks;
    private VectorClock @Nullable [] mail;

    Causality(final int shard, final int shards, final int agents, final int mailSlots) {
        this.shard = shard;
        this.agents = agents;
        this.seats = shards * agents;
        this.mailSlots = mailSlots;
    }

    /** Whether messages carry clocks. */
    boolean isKept() {
        return seats > 0 && seats <= MAX_SEATS;
    }

    /** The seat of an agent of this shard. */
    int seat(final int agent) {
        return shard * agents + agent;
    }

    /** An agent's clock, or null where there are none. */
    @Nullable
    VectorClock clock(final int agent) {
        final VectorClock[] all = clocks;
        return all == null ? null : all[agent];
    }

    /** What the message in a mailbox slot knows, or null where there are none. */
    @Nullable
    VectorClock mail(final int slot) {
        final VectorClock[] all = mail;
        return all == null ? null : all[slot];
    }

    private VectorClock[] made() {
        final VectorClock[] present = clocks;
        if (present != null) {
            return present;
        }
        clocks = fresh(agents);
        mail = fresh(mailSlots);
        return clocks;
    }

    private VectorClock[] fresh(final int count) {
        final VectorClock[] all = new VectorClock[count];
        for (int i = 0; i < count; i++) {
            all[i] = new VectorClock(seats);
        }
        return all;
    }

    /** An agent sends: counts it. */
    void sends(final int agent) {
        made()[agent].tick(seat(agent));
    }

    /** An agent's message lies in a mailbox slot of this shard. */
    void posted(final int agent, final int slot) {
        final VectorClock[] box = mail;
        if (box != null) {
            box[slot].copyFrom(made()[agent]);
        }
    }

    /** An agent receives the message in a mailbox slot: takes over what it knows, and counts it. */
    void received(final int agent, final int slot) {
        final VectorClock[] box = mail;
        if (box != null) {
            final VectorClock own = made()[agent];
            own.merge(box[slot]);
            own.tick(seat(agent));
        }
    }

    /** Bytes of a clock in a frame. */
    int encodedLength(final int agent) {
        final VectorClock own = made()[agent];
        int known = 0;
        for (int i = 0; i < seats; i++) {
            known += own.knows(i) ? 1 : 0;
        }
        return known * ENTRY;
    }

    /** Bytes of the sender's own counter alone, where the whole clock does not fit. */
    static int ownLength() {
        return ENTRY;
    }

    /** Writes a clock, or the sender's own counter alone. */
    void encode(final int agent, final boolean whole, final MutableDirectBuffer buffer, final int offset) {
        final VectorClock own = made()[agent];
        int at = offset;
        for (int i = whole ? 0 : seat(agent); i < (whole ? seats : seat(agent) + 1); i++) {
            if (own.knows(i)) {
                buffer.putShort(at, (short) i, ByteOrder.LITTLE_ENDIAN);
                buffer.putLong(at + Short.BYTES, own.counter(i), ByteOrder.LITTLE_ENDIAN);
                at += ENTRY;
            }
        }
    }

    /** Reads a clock into a mailbox slot; what makes no sense is left out. */
    void decode(final DirectBuffer buffer, final int offset, final int length, final int slot) {
        made();
        final VectorClock[] box = mail;
        if (box == null) {
            return;
        }
        box[slot].clear();
        for (int at = offset; at + ENTRY <= offset + length; at += ENTRY) {
            final int seat = buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final long count = buffer.getLong(at + Short.BYTES, ByteOrder.LITTLE_ENDIAN);
            if (seat < seats && count >= 0) {
                box[slot].set(seat, count);
            }
        }
    }

    /** A digest of all clocks; 0 while there are none. */
    long digest() {
        final VectorClock[] all = clocks;
        if (all == null) {
            return 0;
        }
        long hash = Subjects.mix(0x636c6f636b73L);
        for (final VectorClock clock : all) {
            for (int i = 0; i < seats; i++) {
                hash = Subjects.mix(hash ^ (clock.knows(i) ? clock.counter(i) + 1 : 0));
            }
        }
        return hash;
    }

    /** Writes the clocks of agents and of the mail that waits; only where there are any. */
    void save(final SnapshotWriter out, final Mailbox waiting) {
        for (final VectorClock clock : made()) {
            clock.save(out);
        }
        final VectorClock[] box = mail;
        for (int i = 0; box != null && i < waiting.size(); i++) {
            box[(waiting.firstSlot() + i) % mailSlots].save(out);
        }
    }

    /** Reads what {@link #save} wrote; the mailbox has been read before, and begins at its first slot. */
    void load(final SnapshotReader in, final Mailbox waiting) {
        for (final VectorClock clock : made()) {
            clock.load(in);
        }
        final VectorClock[] box = mail;
        for (int i = 0; box != null && i < waiting.size(); i++) {
            box[i].load(in);
        }
    }
}
