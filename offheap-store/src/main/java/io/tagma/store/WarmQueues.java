package io.tagma.store;

import org.agrona.BitUtil;

/**
 * Chooses the row that leaves the warm tier: S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: <em>FIFO Queues are All You Need for Cache
 * Eviction</em>, SOSP '23). A new row enters a small queue, a tenth of all, and leaves the tier from there unless it was used
 * twice meanwhile; then it goes to the main queue, where it gets another turn for each of up to {@value RowIndex#MOST_USES} uses. A
 * row that comes back soon after it left enters the main queue at once: a table of fingerprints remembers as many as the main
 * queue is long. So a scan passes through the small queue and leaves the main one alone. Owned by the shard's thread.
 *
 * <p>Uses are counted in {@link RowIndex}, with no store to any other line. Each choice looks at {@value #MOST_STEPS} rows at most
 * and then takes the next, used or not: the published algorithm may go round the main queue three times when all of it is in use.
 * 24 to 40 bytes of heap a row; nothing is allocated after construction.
 */
final class WarmQueues {
    /** Rows that one choice looks at, at most. */
    static final int MOST_STEPS = 64;

    private static final int SMALL_SHARE = 10;
    private static final int WORTH_KEEPING = 2;

    private final RowIndex index;
    private final Fifo small;
    private final Fifo main;
    private final int smallTarget;
    private final int memory;
    private final long[] ghosts;
    private final int ghostShift;
    private int left;

    /** For at most {@code capacity} rows, whose uses {@code index} counts. */
    WarmQueues(final RowIndex index, final int capacity) {
        this.index = index;
        small = new Fifo(capacity);
        main = new Fifo(capacity);
        smallTarget = Math.max(1, capacity / SMALL_SHARE);
        memory = Math.max(1, capacity - smallTarget);
        ghosts = new long[BitUtil.findNextPositivePowerOfTwo(memory)];
        ghostShift = Long.SIZE - Integer.numberOfTrailingZeros(ghosts.length);
        left = memory + 1; // an empty entry looks as if it had left too long ago
    }

    /** Takes in a subject that is in the index now, with no uses. */
    void admit(final long subject) {
        if (leftLately(subject)) {
            main.add(subject);
        } else {
            small.add(subject);
        }
    }

    /** Chooses the subject that leaves, and forgets it; it is still in the index. There must be one. */
    long victim() {
        for (int step = 0; ; step++) {
            final boolean last = step >= MOST_STEPS;
            if (small.size() > smallTarget || main.size() == 0) {
                final long subject = small.poll();
                if (last || index.uses(subject) < WORTH_KEEPING) {
                    remember(subject);
                    return subject;
                }
                index.uses(subject, 0);
                main.add(subject);
            } else {
                final long subject = main.poll();
                final int uses = index.uses(subject);
                if (last || uses == 0) {
                    return subject;
                }
                index.uses(subject, uses - 1);
                main.add(subject);
            }
        }
    }

    private boolean leftLately(final long subject) {
        final long hash = ColdIndex.mix(subject);
        final long entry = ghosts[place(hash)];
        return (int) (entry >>> Integer.SIZE) == (int) hash && Integer.compareUnsigned(left - (int) entry, memory) <= 0;
    }

    private void remember(final long subject) {
        final long hash = ColdIndex.mix(subject);
        left++;
        ghosts[place(hash)] = (hash << Integer.SIZE) | Integer.toUnsignedLong(left);
    }

    private int place(final long hash) {
        return ghosts.length == 1 ? 0 : (int) (hash >>> ghostShift);
    }

    /** A queue of subjects in a ring that never grows. */
    private static final class Fifo {
        private final long[] subjects;
        private int first;
        private int size;

        Fifo(final int capacity) {
            subjects = new long[capacity];
        }

        int size() {
            return size;
        }

        void add(final long subject) {
            final int end = first + size - subjects.length;
            subjects[end < 0 ? end + subjects.length : end] = subject;
            size++;
        }

        long poll() {
            final long subject = subjects[first];
            first = first + 1 == subjects.length ? 0 : first + 1;
            size--;
            return subject;
        }
    }
}
