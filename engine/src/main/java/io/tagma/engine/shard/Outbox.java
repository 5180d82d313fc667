package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.ring.FrameRing;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames of one sort from one shard to another, numbered from 1 in the order of the sender's journal. Owned by the sending
 * shard's thread.
 *
 * <p>The last {@code capacity} frames stay in place after they were sent. As the target has at most that many between its
 * ring and its journal, a sender that replays its own journal can send again whatever the target's journal turned out to
 * lack: {@link #resumeAfter}.
 *
 * <p>A frame that finds no room is lost but has its number all the same, since numbers must follow from the sender's journal
 * alone, and room does not.
 */
final class Outbox {
    private final UnsafeBuffer slots;
    private final int[] lengths;
    private final long[] numbers;
    private final int slotLength;
    private final int mask;
    private long number;
    private volatile long written;
    private volatile long sent;

    Outbox(final int capacity, final int slotLength) {
        final long bytes = (long) capacity * slotLength;
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new EngineException("an outbox of " + capacity + " frames of " + slotLength
                    + " bytes is too large; lower tagma.maxBatch or tagma.slotLength");
        }
        this.slotLength = slotLength;
        this.mask = capacity - 1;
        this.lengths = new int[capacity];
        this.numbers = new long[capacity];
        this.slots = new UnsafeBuffer(ByteBuffer.allocateDirect((int) bytes));
    }

    /** Number that the next frame will have. */
    long nextSequence() {
        return number + 1;
    }

    /** Whether the next frame finds a slot whose frame has been sent. */
    boolean hasRoom() {
        return written - sent <= mask;
    }

    MutableDirectBuffer buffer() {
        return slots;
    }

    int nextOffset() {
        return (int) (written & mask) * slotLength;
    }

    /** The next frame was written to {@link #nextOffset()}; only where it {@link #hasRoom}. */
    void added(final int length) {
        final long at = written;
        final int slot = (int) (at & mask);
        number++;
        numbers[slot] = number;
        lengths[slot] = length;
        written = at + 1; // this thread alone writes it
    }

    /** The next frame is lost. */
    void lost() {
        number++;
    }

    /**
     * Counts the frames up to {@code last}, what the target has in its journal, as sent, and those behind as not.
     *
     * @return frames behind {@code last} that are not kept any more
     * @throws EngineException when the target has frames that this shard's journal has not caused
     */
    long resumeAfter(final long last) {
        if (last > number) {
            throw new EngineException(
                    "the target's journal has frame " + last + " of this shard, whose own journal goes to frame "
                            + number + ": its journal was cut; restore the journals of all shards from one copy");
        }
        final long kept = Math.min(written, mask + 1L);
        long from = written;
        while (from > written - kept && numbers[(int) ((from - 1) & mask)] > last) {
            from--;
        }
        sent = from;
        return number - last - (written - from);
    }

    /** Number of the last frame that is in the target's ring, or was lost; what is behind it is still to be sent. */
    long lastSent() {
        return sent < written ? numbers[(int) (sent & mask)] - 1 : number;
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
            final long next = sent;
            final int slot = (int) (next & mask);
            if (target.offer(slots, slot * slotLength, lengths[slot], frameClass) < 0) {
                return false;
            }
            sent = next + 1; // this thread alone writes it
        }
        return true;
    }

    void save(final SnapshotWriter out) {
        final int kept = (int) Math.min(written, mask + 1L);
        out.putLong(number);
        out.putInt(kept);
        for (long i = written - kept; i < written; i++) {
            final int slot = (int) (i & mask);
            out.putLong(numbers[slot]);
            out.putInt(lengths[slot]);
            final byte[] frame = new byte[lengths[slot]];
            slots.getBytes(slot * slotLength, frame);
            out.putBytes(frame, 0, frame.length);
        }
    }

    void load(final SnapshotReader in) {
        number = in.getLong();
        written = in.getInt();
        for (int slot = 0; slot < written; slot++) {
            numbers[slot] = in.getLong();
            lengths[slot] = in.getInt();
            final byte[] frame = new byte[lengths[slot]];
            in.getBytes(frame, 0, frame.length);
            slots.putBytes(slot * slotLength, frame);
        }
        sent = written;
    }
}
