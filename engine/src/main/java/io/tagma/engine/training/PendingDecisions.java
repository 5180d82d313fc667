package io.tagma.engine.training;

import io.tagma.engine.observe.Counter;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.agrona.DirectBuffer;

/**
 * Decisions that wait for their outcome, with what was seen when they were made. A bounded table of equal slots: a decision
 * that finds no free slot within its probe takes the place of the oldest there, which is counted as expired. Owned by the
 * shard's thread; allocates nothing after construction.
 *
 * <p>A slot is looked for at the low bits of the correlation id, so ids that count up lie side by side and are found again
 * in the order in which memory is read.
 */
public final class PendingDecisions {
    /** No such decision waits. */
    public static final int NONE = -1;

    private static final int PROBES = 8;
    private static final long FREE = 0;

    private final int mask;
    private final int features;
    private final int ballots;
    private final int textBytes;
    private final long[] ids;
    private final long[] sequences;
    private final int[] shapes;
    private final int[] winners;
    private final boolean[] byPeer;
    private final float[] slab;
    private final byte[] text;
    private final int[] textLengths;
    private final Counter expired = new Counter();
    private int size;
    private int displaced; // of those that wait, how many are not in their home slot

    /**
     * A table.
     *
     * @param capacity slots, a power of two
     * @param features most features a slot keeps
     * @param ballots most ballots a slot keeps
     * @param textBytes most bytes of text a slot keeps, 0 where nothing is classified
     */
    public PendingDecisions(final int capacity, final int features, final int ballots, final int textBytes) {
        this.mask = capacity - 1;
        this.features = features;
        this.ballots = ballots;
        this.textBytes = textBytes;
        // The probe runs past the last home slot instead of wrapping.
        final int slots = capacity + PROBES;
        this.ids = new long[slots];
        this.sequences = new long[slots];
        this.shapes = new int[slots];
        this.winners = new int[slots];
        this.byPeer = new boolean[slots];
        this.slab = new float[slots * (features + ballots)];
        this.text = new byte[slots * textBytes];
        this.textLengths = new int[textBytes == 0 ? 0 : slots];
    }

    /** Takes a slot for a decision and returns its number. */
    public int put(
            final long correlationId, final long sequence, final int intent, final int winner, final int featureCount) {
        final int slot = place(home(correlationId), correlationId);
        ids[slot] = correlationId;
        sequences[slot] = sequence;
        shapes[slot] = (intent << 16) | featureCount;
        winners[slot] = winner;
        return slot;
    }

    private int place(final int home, final long correlationId) {
        if (displaced == 0 && sequences[home] == FREE) { // nearly always, where outcomes come
            size++;
            return home;
        }
        // The same id is looked for behind a free slot too: it may have been put when others were here.
        final int waiting = find(home, correlationId);
        if (waiting != NONE) {
            return waiting;
        }
        int oldest = home; // a free slot counts as the oldest
        for (int slot = home + 1; sequences[oldest] != FREE && slot < home + PROBES; slot++) {
            if (sequences[slot] < sequences[oldest]) {
                oldest = slot;
            }
        }
        if (sequences[oldest] == FREE) {
            size++;
        } else {
            expired.increment();
            displaced -= away(oldest);
        }
        displaced += oldest == home ? 0 : 1;
        return oldest;
    }

    /** 1 where the decision in a slot would have had another, had that been free; 0 where it is at home. */
    private int away(final int slot) {
        return home(ids[slot]) == slot ? 0 : 1;
    }

    /** Frees the slot of a decision; its content stays readable until the next {@link #put}. */
    public int take(final long correlationId) {
        final int slot = find(home(correlationId), correlationId);
        if (slot != NONE) {
            sequences[slot] = FREE;
            size--;
            displaced -= away(slot);
        }
        return slot;
    }

    private int find(final int home, final long correlationId) {
        for (int slot = home; slot < home + PROBES; slot++) {
            if (ids[slot] == correlationId && sequences[slot] != FREE) {
                return slot;
            }
        }
        return NONE;
    }

    private int home(final long correlationId) {
        return (int) (correlationId ^ (correlationId >>> 32)) & mask;
    }

    /** Keeps a text; what is longer than a slot holds is cut. */
    public void keepText(final int slot, final DirectBuffer source, final int offset, final int length) {
        final int kept = Math.min(length, textBytes);
        source.getBytes(offset, text, slot * textBytes, kept);
        textLengths[slot] = kept;
    }

    /** The array that holds all slots' features and ballots. */
    public float[] slab() {
        return slab;
    }

    /** Where a slot's features start in {@link #slab()}. */
    public int featuresAt(final int slot) {
        return slot * (features + ballots);
    }

    /** Where a slot's ballots start in {@link #slab()}. */
    public int ballotsAt(final int slot) {
        return slot * (features + ballots) + features;
    }

    /** How many features the slot keeps. */
    public int featureCount(final int slot) {
        return shapes[slot] & 0xffff;
    }

    /** The intent decided on. */
    public int intent(final int slot) {
        return shapes[slot] >> 16;
    }

    /** Notes whether the second subject's row decided. */
    public void decidedByPeer(final int slot, final boolean value) {
        byPeer[slot] = value;
    }

    /** Whether the second subject's row decided. */
    public boolean decidedByPeer(final int slot) {
        return byPeer[slot];
    }

    /** Index of the winning candidate, or -1 where there was a vote. */
    public int winner(final int slot) {
        return winners[slot];
    }

    /** The array that holds all slots' texts. */
    public byte[] text() {
        return text;
    }

    /** Where a slot's text starts. */
    public int textAt(final int slot) {
        return slot * textBytes;
    }

    /** Bytes of a slot's text. */
    public int textLength(final int slot) {
        return textBytes == 0 ? 0 : textLengths[slot];
    }

    /** Slots of the table: {@link #put} returns a number below this. */
    public int slots() {
        return ids.length;
    }

    /** How many decisions wait. */
    public int size() {
        return size;
    }

    /** Decisions that had to make room before their outcome came. */
    public long expired() {
        return expired.get();
    }

    /** Writes the waiting decisions to a snapshot. */
    public void save(final SnapshotWriter out) {
        out.putInt(size);
        for (int slot = 0; slot < ids.length; slot++) {
            if (sequences[slot] != FREE) {
                out.putInt(slot);
                out.putLong(ids[slot]);
                out.putLong(sequences[slot]);
                out.putInt(shapes[slot]);
                out.putInt(winners[slot]);
                out.putInt(byPeer[slot] ? 1 : 0);
                out.putFloats(slab, featuresAt(slot), features + ballots);
                if (textBytes > 0) {
                    out.putInt(textLengths[slot]);
                    out.putBytes(text, textAt(slot), textLengths[slot]);
                }
            }
        }
    }

    /** Reads the waiting decisions of a snapshot; this table must be empty and of the same shape. */
    public void load(final SnapshotReader in) {
        size = in.getInt();
        for (int i = 0; i < size; i++) {
            final int slot = in.getInt();
            ids[slot] = in.getLong();
            sequences[slot] = in.getLong();
            displaced += away(slot);
            shapes[slot] = in.getInt();
            winners[slot] = in.getInt();
            byPeer[slot] = in.getInt() != 0;
            in.getFloats(slab, featuresAt(slot), features + ballots);
            if (textBytes > 0) {
                textLengths[slot] = in.getInt();
                in.getBytes(text, textAt(slot), textLengths[slot]);
            }
        }
    }
}
