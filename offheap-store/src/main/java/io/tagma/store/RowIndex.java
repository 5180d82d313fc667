package io.tagma.store;

import org.agrona.BitUtil;

/**
 * Subject to row address, in one open-addressed array of (subject, address) pairs; an address of 0 marks a free place. Owned by
 * one thread. Sized once for all the rows that can be, at most half full: no growth, hence no pause, on the hot path.
 */
final class RowIndex {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long[] pairs;
    private final int mask;
    private final int shift;
    private int size;

    /** For at most {@code maxRows} subjects; takes 32 to 64 bytes of heap each. */
    RowIndex(final int maxRows) {
        final int places = BitUtil.findNextPositivePowerOfTwo(Math.max(8, maxRows * 2));
        pairs = new long[places * 2];
        mask = places - 1;
        shift = 64 - Integer.numberOfTrailingZeros(places);
    }

    /** Address of the subject's row or 0. */
    long get(final long subject) {
        int place = place(subject);
        while (true) {
            final long address = pairs[2 * place + 1];
            if (address == 0 || pairs[2 * place] == subject) {
                return address;
            }
            place = (place + 1) & mask;
        }
    }

    /** The subject must not be there yet, and there must be fewer than {@code maxRows}. */
    void put(final long subject, final long address) {
        int place = place(subject);
        while (pairs[2 * place + 1] != 0) {
            place = (place + 1) & mask;
        }
        pairs[2 * place] = subject;
        pairs[2 * place + 1] = address;
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
        return pairs[2 * place + 1];
    }

    // Multiplicative hashing (Knuth, TAOCP 6.4): the high bits of the product depend on all bits of the subject.
    private int place(final long subject) {
        return (int) ((subject * GOLDEN) >>> shift);
    }
}
