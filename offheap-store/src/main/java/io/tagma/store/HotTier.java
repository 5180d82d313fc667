package io.tagma.store;

import io.tagma.store.TierLedger.Tier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.agrona.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * The hot tier: the floats of the rows that are used most, one beside the other in a slab laid out for kernels. Owned by the shard's
 * thread. A row in it stays where it was, in the map or the archive, for others to read; the slab has its floats a second time, and
 * whoever ends an update of the row puts them here before it goes on. Nothing that is decided depends on which rows these are.
 *
 * <pre>
 *  slot 0   float x D, zeros up to a multiple of 64 bytes
 *  slot 1   ...
 *  slot count() - 1
 * </pre>
 *
 * <p>Guarantees:
 * <ol>
 *   <li>Slots 0 to {@link #count} - 1 are in use, each by another subject; the slab never moves, and begins at a multiple of 64.
 *   <li>A slot's floats are bit for bit those of the subject's row as of its last completed update.
 *   <li>An update costs at most {@value #LOOKED_AT} slots looked at and one row copied; nothing is allocated.
 * </ol>
 *
 * <p>Whoever keeps a copy of the slab elsewhere, on a GPU say, has the tier note which slots were written since they were last asked for
 * ({@link #noteChanges}, {@link #takeChanges}), and takes the bytes of the copy from the ledger first ({@link #reserveCopy}).
 *
 * <p>Who comes in: a subject that a {@link UseSketch} saw used at least twice lately, while there is room; then one that was used more
 * often than the least used of the {@value #LOOKED_AT} slots that a clock's hand looks at next, which leaves.
 */
public final class HotTier implements AutoCloseable {
    private static final int LOOKED_AT = 4;
    private static final int WORTH_HOLDING = 2;
    private static final int FREE = -1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment slab;
    private final long address;
    private final int capacity;
    private final int dimension;
    private final int strideBytes;
    private final TierLedger ledger;
    private final UseSketch sketch;
    private final long[] subjects;
    private final int[] places;
    private final int mask;
    private final int shift;
    private long @Nullable [] changed;
    private long copyBytes;
    private int count;
    private int hand;

    HotTier(final HotConfig config, final int dimension, final TierLedger ledger) {
        this.capacity = config.rows();
        this.dimension = dimension;
        this.strideBytes = strideBytes(dimension);
        this.ledger = ledger;
        sketch = new UseSketch(capacity);
        subjects = new long[capacity];
        final int size = BitUtil.findNextPositivePowerOfTwo(Math.max(8, capacity * 2));
        places = new int[size];
        Arrays.fill(places, FREE);
        mask = size - 1;
        shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
        ledger.reserve(Tier.HOT_TABLES, tableBytes(capacity));
        slab = config.memory().allocate((long) capacity * strideBytes, RowLayout.ALIGNMENT, arena);
        address = slab.address();
    }

    /** Bytes of a slab for so many rows. */
    static long slabBytes(final int rows, final int dimension) {
        return (long) rows * strideBytes(dimension);
    }

    /** Bytes of heap that finding them takes. */
    static long tableBytes(final int rows) {
        return UseSketch.bytesFor(rows)
                + (long) Long.BYTES * rows
                + (long) Integer.BYTES * BitUtil.findNextPositivePowerOfTwo(Math.max(8, rows * 2));
    }

    private static int strideBytes(final int dimension) {
        return BitUtil.align(Float.BYTES * dimension, RowLayout.ALIGNMENT);
    }

    /** The slab, for kernels: row {@code i} begins at byte {@code i * stride() * 4}. Good until the store is closed. */
    public MemorySegment slab() {
        return slab;
    }

    /** Floats from one row's first to the next one's, a multiple of 16; those behind D are zero. */
    public int stride() {
        return strideBytes / Float.BYTES;
    }

    /** D. */
    public int dimension() {
        return dimension;
    }

    /** Slots there are. */
    public int capacity() {
        return capacity;
    }

    /** Slots in use. */
    public int count() {
        return count;
    }

    /** Whose row is in a slot, 0 to {@link #count} - 1. */
    public long subject(final int slot) {
        return subjects[slot];
    }

    /** The subject's slot, -1 when its row is not here. */
    public int slot(final long subject) {
        return places[place(subject)];
    }

    /** A float of a slot's row. */
    public float get(final int slot, final int i) {
        return Memory.getFloat(address + (long) slot * strideBytes + (long) Float.BYTES * i);
    }

    /** From now on slots that are written are noted; all of those in use count as written. */
    public void noteChanges() {
        final long[] bits = new long[(capacity + Long.SIZE - 1) / Long.SIZE];
        for (int slot = 0; slot < count; slot++) {
            bits[slot >> 6] |= 1L << slot;
        }
        changed = bits;
    }

    /** Hands over the slots that were written since the last time, in ascending order, and forgets them. */
    public void takeChanges(final IntConsumer slots) {
        final long[] bits = changed;
        for (int word = 0; bits != null && word < bits.length; word++) {
            for (long left = bits[word]; left != 0; left &= left - 1) {
                slots.accept((word << 6) + Long.numberOfTrailingZeros(left));
            }
            bits[word] = 0;
        }
    }

    /** No slot is noted any more. */
    public void forgetChanges() {
        changed = null;
    }

    /** Takes the bytes of a copy of the slab elsewhere from the ledger; false when there is no room for it, or one already. */
    public boolean reserveCopy() {
        if (copyBytes != 0 || !ledger.reserve(Tier.HOT_DEVICE, slab.byteSize())) {
            return false;
        }
        copyBytes = slab.byteSize();
        return true;
    }

    /** Gives them back. */
    public void releaseCopy() {
        ledger.release(Tier.HOT_DEVICE, copyBytes);
        copyBytes = 0;
    }

    /** An update of the subject's row, which lies at an address, is complete. */
    void updated(final long subject, final long rowAddress) {
        final int uses = sketch.use(subject);
        final int place = place(subject);
        if (places[place] != FREE) {
            copy(rowAddress, places[place]);
        } else if (uses >= WORTH_HOLDING) {
            offer(subject, rowAddress, uses);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private void offer(final long subject, final long rowAddress, final int uses) {
        final int slot;
        if (count < capacity && ledger.reserve(Tier.HOT, strideBytes)) {
            slot = count++;
        } else if (count == 0) {
            return;
        } else {
            slot = leastUsed();
            if (sketch.estimate(subjects[slot]) >= uses) {
                return;
            }
            remove(subjects[slot]);
            ledger.countHot(-1);
        }
        subjects[slot] = subject;
        places[place(subject)] = slot;
        copy(rowAddress, slot);
        ledger.countHot(1);
        ledger.countHotAdmission();
    }

    private int leastUsed() {
        int found = hand;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < LOOKED_AT; i++) {
            final int uses = sketch.estimate(subjects[hand]);
            if (uses < fewest) {
                fewest = uses;
                found = hand;
            }
            hand = hand + 1 >= count ? 0 : hand + 1;
        }
        return found;
    }

    private void copy(final long rowAddress, final int slot) {
        Memory.copy(
                rowAddress + RowLayout.HEADER_LENGTH,
                address + (long) slot * strideBytes,
                (long) Float.BYTES * dimension);
        final long[] bits = changed;
        if (bits != null) {
            bits[slot >> 6] |= 1L << slot;
        }
    }

    /** Where the subject is, or would be. */
    private int place(final long subject) {
        int place = home(subject);
        while (places[place] != FREE && subjects[places[place]] != subject) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private int home(final long subject) {
        return (int) (ColdIndex.mix(subject) >>> shift);
    }

    /** Leaves no mark: what follows moves up (Knuth, TAOCP 6.4 R). */
    private void remove(final long subject) {
        int free = place(subject);
        int place = free;
        while (true) {
            place = (place + 1) & mask;
            if (places[place] == FREE) {
                break;
            }
            final int home = home(subjects[places[place]]);
            if (((place - home) & mask) >= ((place - free) & mask)) {
                places[free] = places[place];
                free = place;
            }
        }
        places[free] = FREE;
    }
}
