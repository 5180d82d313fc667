package io.tagma.engine.shard;

import io.tagma.ring.FrameRing;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames from one shard to another, numbered from 1 in the order of the sender's journal. Owned by the sending shard's
 * thread.
 *
 * <p>The last {@code capacity} frames stay in place after they were sent. As the target has at most that many between its
 * ring and its journal, a sender that replays its own journal can send again whatever the target's journal turned out to
 * lack: {@link #resumeAfter}.
 */
final class Outbox {
    private final UnsafeBuffer slots;
    private final int[] lengths;
    private final int slotLength;
    private final int mask;
    private volatile long written;
    private volatile long sent;

    Outbox(final int capacity, final int slotLength) {
        this.slotLength = slotLength;
        this.mask = capacity - 1;
        this.lengths = new int[capacity];
        this.slots = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * slotLength));
    }

    /** Number that the next frame will have. */
    long nextSequence() {
        return written + 1;
    }

    MutableDirectBuffer buffer() {
        return slots;
    }

    int nextOffset() {
        return (int) (written & mask) * slotLength;
    }

    void added(final int length) {
        lengths[(int) (written & mask)] = length;
        written++;
    }

    /** Counts all frames so far as sent up to {@code sequence}: what the target has in its journal. */
    void resumeAfter(final long sequence) {
        if (written - sequence > mask + 1L) {
            throw new IllegalStateException("the target's journal lacks " + (written - sequence)
                    + " frames of this shard, more than the outbox keeps (" + (mask + 1) + "): its journal was cut");
        }
        sent = Math.min(written, sequence);
    }

    /** In a replay nothing is sent. */
    void discard() {
        sent = written;
    }

    /** Whether nothing is left to send; volatile, so that a closing thread may ask. */
    boolean isEmpty() {
        return sent == written;
    }

    /** Sends what it can; true when nothing is left. */
    boolean flush(final FrameRing target, final int frameClass) {
        while (sent < written) {
            final int slot = (int) (sent & mask);
            if (target.offer(slots, slot * slotLength, lengths[slot], frameClass) < 0) {
                return false;
            }
            sent++;
        }
        return true;
    }
}
