package io.tagma.engine.intent;

import io.tagma.engine.kernel.WeightTable;
import io.tagma.store.Digest;
import java.util.Arrays;

/**
 * The sum of the digests of all weight rows, brought up to date from the rows touched since; owned by its classifier's thread.
 */
final class WeightDigest {
    private final WeightTable table;
    private final long[] rowDigests;
    private final long[] touchedBits;
    private final int[] touched;
    private int touchedCount;
    private long sum;

    WeightDigest(final WeightTable table) {
        this.table = table;
        this.rowDigests = new long[table.maxRows()];
        this.touchedBits = new long[(table.maxRows() + Long.SIZE - 1) / Long.SIZE];
        this.touched = new int[table.maxRows()];
    }

    /** Notes that a row's floats are about to change or have changed. */
    void touch(final int row) {
        final long bit = 1L << row;
        if ((touchedBits[row >> 6] & bit) == 0) {
            touchedBits[row >> 6] |= bit;
            touched[touchedCount++] = row;
        }
    }

    /** Digests the rows touched since the last call and returns the sum over all rows ever touched. */
    long value() {
        for (int i = 0; i < touchedCount; i++) {
            final int row = touched[i];
            final long digest = Digest.of(row, table.chunk(row), table.offset(row), table.rowLength());
            sum += digest - rowDigests[row];
            rowDigests[row] = digest;
        }
        if (touchedCount < touchedBits.length) {
            for (int i = 0; i < touchedCount; i++) {
                touchedBits[touched[i] >> 6] = 0;
            }
        } else {
            Arrays.fill(touchedBits, 0);
        }
        touchedCount = 0;
        return sum;
    }
}
