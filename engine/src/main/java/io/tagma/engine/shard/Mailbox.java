package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentMessage;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages between agents of one shard, first in first out, in a bounded ring of equal slots. Owned by the shard's thread. */
final class Mailbox {
    private static final int HEADER = 24;

    private final UnsafeBuffer slots;
    private final int slotLength;
    private final int mask;
    private long head;
    private long tail;

    Mailbox(final int capacity, final int maxPayload) {
        slotLength = (HEADER + maxPayload + 7) & -8;
        mask = capacity - 1;
        slots = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * slotLength));
    }

    boolean put(
            final int from,
            final int to,
            final int kind,
            final long timeNs,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (tail - head > mask || length > slotLength - HEADER) {
            return false;
        }
        final int at = (int) (tail & mask) * slotLength;
        slots.putInt(at, from);
        slots.putInt(at + 4, to);
        slots.putInt(at + 8, kind);
        slots.putInt(at + 12, length);
        slots.putLong(at + 16, timeNs);
        slots.putBytes(at + HEADER, payload, offset, length);
        tail++;
        return true;
    }

    /** Slot of the message that was put in last. */
    int lastSlot() {
        return (int) ((tail - 1) & mask);
    }

    /** Slot of the first message. */
    int firstSlot() {
        return (int) (head & mask);
    }

    /** How many messages wait. */
    int size() {
        return (int) (tail - head);
    }

    boolean isEmpty() {
        return head == tail;
    }

    int firstTo() {
        return slots.getInt((int) (head & mask) * slotLength + 4);
    }

    AgentMessage first(final AgentMessage message) {
        final int at = (int) (head & mask) * slotLength;
        return message.wrap(
                slots.getInt(at),
                slots.getInt(at + 8),
                slots.getLong(at + 16),
                slots,
                at + HEADER,
                slots.getInt(at + 12));
    }

    void removeFirst() {
        head++;
    }

    void save(final SnapshotWriter out) {
        out.putInt((int) (tail - head));
        for (long i = head; i < tail; i++) {
            for (int at = 0; at < slotLength; at += Long.BYTES) {
                out.putLong(slots.getLong((int) (i & mask) * slotLength + at));
            }
        }
    }

    void load(final SnapshotReader in) {
        head = 0;
        tail = in.getInt();
        for (long i = head; i < tail; i++) {
            for (int at = 0; at < slotLength; at += Long.BYTES) {
                slots.putLong((int) (i & mask) * slotLength + at, in.getLong());
            }
        }
    }
}
