package io.tagma.engine.kernel;

/**
 * The k best of many rows: the higher score first, of equal ones the lower row. NaN is no score. Owned by one thread; allocates nothing
 * once made.
 */
public final class TopK {
    private static final int MOST = 1 << 16;
    private static final int SCRATCH = 16 * FloatRows.PADDING;

    private final float[] scores;
    private final int[] rows;
    private final float[] scratch = new float[SCRATCH];

    private int size;

    /**
     * An empty list.
     *
     * @param k how many, 1 to 65,536
     */
    public TopK(final int k) {
        if (k < 1 || k > MOST) {
            throw new IllegalArgumentException("k must be 1 to " + MOST + ": " + k);
        }
        scores = new float[k];
        rows = new int[k];
    }

    /** Forgets all. */
    public void clear() {
        size = 0;
    }

    /** The most there can be, k. */
    public int capacity() {
        return scores.length;
    }

    /** Takes the next best row, which is no better than any here: for a provider that has sorted already. */
    void append(final int row, final float score) {
        scores[size] = score;
        rows[size] = row;
        size++;
    }

    /** How many there are, k at most. */
    public int size() {
        return size;
    }

    /** The row at a place, from 0, the best. */
    public int row(final int place) {
        return rows[place];
    }

    /** The score at a place. */
    public float score(final int place) {
        return scores[place];
    }

    /** Takes a row if it is among the best; the rows of one search come in ascending order. */
    public void offer(final int row, final float score) {
        if (size == scores.length) {
            // Written so that NaN fails.
            if (!(score > scores[size - 1])) {
                return;
            }
        } else if (Float.isNaN(score)) {
            return;
        } else {
            size++;
        }
        int place = size - 1;
        while (place > 0 && scores[place - 1] < score) {
            scores[place] = scores[place - 1];
            rows[place] = rows[place - 1];
            place--;
        }
        scores[place] = score;
        rows[place] = row;
    }

    /** Where a provider leaves partial sums: {@value #SCRATCH} floats. */
    public float[] scratch() {
        return scratch;
    }
}
