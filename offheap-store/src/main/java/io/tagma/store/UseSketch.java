package io.tagma.store;

import org.agrona.BitUtil;

/**
 * Estimates how often each subject was used lately: a count-min sketch (Cormode, Muthukrishnan: <em>An Improved Data Stream Summary</em>,
 * 2005) of counters up to {@value #MOST}, all of which are halved from time to time, as in TinyLFU (Einziger, Friedman, Manes:
 * <em>TinyLFU: A Highly Efficient Cache Admission Policy</em>, 2017). An estimate is never below the count since the last halvings, and rarely
 * above. Owned by one thread; 16 to 32 bytes of heap a row, nothing allocated after construction.
 */
final class UseSketch {
    /** Counters stop here. */
    static final int MOST = 15;

    private static final int HASHES = 4;
    private static final int COUNTERS_PER_ROW = 16;
    private static final int USES_PER_ROW = 10;
    private static final long[] SEEDS = {
        0x9e37_79b9_7f4a_7c15L, 0xc2b2_ae3d_27d4_eb4fL, 0x1656_67b1_9e37_79f9L, 0xd6e8_feb8_6659_fd93L
    };

    private final byte[] counters;
    private final int shift;
    private final long usesToHalving;
    private long uses;

    /** For a tier of so many rows. */
    UseSketch(final int rows) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(64, rows * COUNTERS_PER_ROW));
        counters = new byte[capacity];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
        usesToHalving = (long) USES_PER_ROW * rows;
    }

    /** Bytes of heap for so many rows. */
    static long bytesFor(final int rows) {
        return BitUtil.findNextPositivePowerOfTwo(Math.max(64, rows * COUNTERS_PER_ROW));
    }

    /** Counts a use and returns the estimate. */
    int use(final long subject) {
        final long hash = ColdIndex.mix(subject);
        final int least = least(hash);
        if (least < MOST) {
            for (int i = 0; i < HASHES; i++) {
                final int place = place(hash, i);
                // Only the least ones (conservative update): the others already count somebody else.
                if (counters[place] == least) {
                    counters[place]++;
                }
            }
        }
        if (++uses >= usesToHalving) {
            halve();
        }
        return Math.min(MOST, least + 1);
    }

    /** The estimate. */
    int estimate(final long subject) {
        return least(ColdIndex.mix(subject));
    }

    private int least(final long hash) {
        int least = MOST;
        for (int i = 0; i < HASHES; i++) {
            least = Math.min(least, counters[place(hash, i)]);
        }
        return least;
    }

    private int place(final long hash, final int i) {
        return (int) ((hash * SEEDS[i]) >>> shift);
    }

    private void halve() {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = (byte) (counters[i] >>> 1);
        }
        uses /= 2;
    }
}
