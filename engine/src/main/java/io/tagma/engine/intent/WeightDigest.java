package io.tagma.engine.intent;

import io.tagma.engine.kernel.WeightTable;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.agrona.UnsafeApi;

/**
 * A running 64-bit digest of all weights and accumulators, kept up to date term by term; owned by its classifier's thread.
 *
 * <p>One term a (row, class): the bits of weight and accumulator, each plus a fixed 32-bit key of the class, multiplied to 64 bits, which
 * is NH (Black and others, UMAC, CRYPTO '99), and the row's terms times an odd number of the row. The digest is their sum
 * modulo 2^64, less what zeros would give: a step takes the terms it is about to change out and puts them back changed, so that the digest
 * is there at any time for nothing. It finds divergence, not malice: the keys are public.
 */
final class WeightDigest {
    private static final long LOW = 0xFFFFFFFFL;

    private final WeightTable table;
    private final int[] weightKeys;
    private final int[] accumulatorKeys;
    private final long accumulators;
    private final long untouched; // what a row of zeros would add
    private long sum;

    WeightDigest(final WeightTable table) {
        this.table = table;
        this.accumulators = (long) table.stride() * Float.BYTES;
        this.weightKeys = new int[table.outputs()];
        this.accumulatorKeys = new int[table.outputs()];
        long zeros = 0;
        for (int c = 0; c < weightKeys.length; c++) {
            final long key = TextFeatures.mix(c + 1L);
            weightKeys[c] = (int) key;
            accumulatorKeys[c] = (int) (key >>> 32);
            zeros += (weightKeys[c] & LOW) * (accumulatorKeys[c] & LOW);
        }
        untouched = zeros;
    }

    /** Takes out what a step is about to change: these classes in these rows. */
    void takeOut(final int[] rows, final int active, final int[] classes, final int moved) {
        sum -= terms(rows, active, classes, moved);
    }

    /** Puts in what the step has made of it. */
    void putIn(final int[] rows, final int active, final int[] classes, final int moved) {
        sum += terms(rows, active, classes, moved);
    }

    private long terms(final int[] rows, final int active, final int[] classes, final int moved) {
        long terms = 0;
        for (int j = 0; j < active; j++) {
            final long row = table.address(rows[j]);
            long products = 0;
            for (int m = 0; m < moved; m++) {
                final int c = classes[m];
                final long weight = row + (long) c * Float.BYTES;
                final long first = (UnsafeApi.getInt(weight) + weightKeys[c]) & LOW;
                final long second = (UnsafeApi.getInt(weight + accumulators) + accumulatorKeys[c]) & LOW;
                products += first * second;
            }
            terms += products * (TextFeatures.mix(rows[j]) | 1L);
        }
        return terms;
    }

    /** Computes the digest of the table as it stands: after it was changed as a whole. */
    void recompute() {
        final int[] row = new int[1];
        final int[] classes = new int[weightKeys.length];
        for (int c = 0; c < classes.length; c++) {
            classes[c] = c;
        }
        sum = 0;
        for (row[0] = 0; row[0] < table.rows(); row[0]++) {
            sum += terms(row, 1, classes, classes.length) - untouched * (TextFeatures.mix(row[0]) | 1L);
        }
    }

    /** Becomes that of another table with the same content. */
    void copy(final WeightDigest other) {
        sum = other.sum;
    }

    /** The digest; 0 while every weight is zero. */
    long value() {
        return sum;
    }

    void save(final SnapshotWriter out) {
        out.putLong(sum);
    }

    void load(final SnapshotReader in) {
        sum = in.getLong();
    }
}
