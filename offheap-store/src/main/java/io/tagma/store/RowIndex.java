package io.tagma.store;

import org.agrona.BitUtil;

/**
 * Subject to row address, in one open-addressed array with 8 bytes a place: of the subject's hash the low {@value #TAG_BITS} bits,
 * how often the row was used lately, 0 to {@value #MOST_USES}, and its address, a multiple of {@link RowLayout#ALIGNMENT}. A place whose hash agrees is settled by the subject
 * in the row's own header, on a cache line that the caller needs next anyway; so the index takes half the cache that it would
 * with the subjects in it. Owned by one thread. Sized once for all the rows that can be, at most half full: no growth, hence no
 * pause, on the hot path.
 */
final class RowIndex {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final int ALIGNMENT_BITS = 6;
    private static final int TAG_BITS = 20;
    private static final int TAG_SHIFT = Long.SIZE - TAG_BITS;
    private static final long TAG_MASK = -1L << TAG_SHIFT;
    private static final int ADDRESS_BITS = 48 - ALIGNMENT_BITS;
    private static final long ADDRESS_MASK = (1L << ADDRESS_BITS) - 1;

    /** Uses are counted up to here. */
    static final int MOST_USES = 3;

    private static final long ONE_USE = 1L << ADDRESS_BITS;
    private static final long USES = MOST_USES * ONE_USE;

    private final long[] places;
    private final int mask;
    private final int shift;
    private int size;

    /** For at most {@code maxRows} subjects; takes 16 to 32 bytes of heap each. */
    RowIndex(final int maxRows) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(8, maxRows * 2));
        places = new long[capacity];
        mask = capacity - 1;
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
    }

    /** Address of the subject's row or 0. */
    long get(final long subject) {
        final int place = placeOf(subject);
        return place < 0 ? 0 : addressOf(places[place]);
    }

    /** Address of the subject's row or 0, and counts the use, on the cache line that was read anyway. */
    long use(final long subject) {
        final int place = placeOf(subject);
        if (place < 0) {
            return 0;
        }
        final long entry = places[place];
        if ((entry & USES) != USES) {
            places[place] = entry + ONE_USE;
        }
        return addressOf(entry);
    }

    /** Uses of a subject that is there. */
    int uses(final long subject) {
        return (int) ((places[placeOf(subject)] & USES) >>> ADDRESS_BITS);
    }

    /** Sets the uses of a subject that is there, 0 to {@link #MOST_USES}. */
    void uses(final long subject, final int uses) {
        final int place = placeOf(subject);
        places[place] = (places[place] & ~USES) | uses * ONE_USE;
    }

    /** Takes out a subject that is there, and whose header still names it. Leaves no mark: what follows moves up (Knuth, 6.4 R). */
    void remove(final long subject) {
        int free = placeOf(subject);
        int place = free;
        while (true) {
            place = (place + 1) & mask;
            final long entry = places[place];
            if (entry == 0) {
                break;
            }
            final long hash = Memory.getLong(addressOf(entry) + RowLayout.SUBJECT) * GOLDEN;
            final int home = (int) (hash >>> shift);
            if (((place - home) & mask) >= ((place - free) & mask)) {
                places[free] = entry;
                free = place;
            }
        }
        places[free] = 0;
        size--;
    }

    private int placeOf(final long subject) {
        final long hash = subject * GOLDEN;
        final long tag = hash << TAG_SHIFT;
        int place = (int) (hash >>> shift);
        while (true) {
            final long entry = places[place];
            if (entry == 0) {
                return -1;
            }
            if ((entry & TAG_MASK) == tag && Memory.getLong(addressOf(entry) + RowLayout.SUBJECT) == subject) {
                return place;
            }
            place = (place + 1) & mask;
        }
    }

    /**
     * Where the subject's row is, if it is at one of the first two places for it, as most are; another row's address or
     * {@code otherwise} else. Without a branch that would wait for the index to come from memory, so that many of these calls
     * are under way at a time; the answer is good for nothing but to touch what lies there.
     */
    long guess(final long subject, final long otherwise) {
        final long hash = subject * GOLDEN;
        final int place = (int) (hash >>> shift);
        final long first = places[place];
        final long second = places[(place + 1) & mask];
        final long differs = ((first ^ (hash << TAG_SHIFT)) & TAG_MASK);
        final long address = addressOf(select(differs, second, first));
        return select(address, address, otherwise);
    }

    /** The one where {@code condition} is not zero, else the other. */
    private static long select(final long condition, final long one, final long other) {
        final long mask = (condition | -condition) >> (Long.SIZE - 1);
        return (one & mask) | (other & ~mask);
    }

    /** The subject must not be there yet, must be in the row's header, and there must be fewer than {@code maxRows}. */
    void put(final long subject, final long address) {
        // Multiplicative hashing (Knuth, TAOCP 6.4): the high bits of the product depend on all bits of the subject and
        // choose
        // the place; the low ones tell most others there apart.
        final long hash = subject * GOLDEN;
        int place = (int) (hash >>> shift);
        while (places[place] != 0) {
            place = (place + 1) & mask;
        }
        places[place] = (hash << TAG_SHIFT) | (address >>> ALIGNMENT_BITS);
        size++;
    }

    int size() {
        return size;
    }

    /** Number of places, for a walk with {@link #addressAt}. */
    int places() {
        return mask + 1;
    }

    /** Address at a place, 0 where it is free. */
    long addressAt(final int place) {
        return addressOf(places[place]);
    }

    private static long addressOf(final long entry) {
        return (entry & ADDRESS_MASK) << ALIGNMENT_BITS;
    }
}
