package io.tagma.engine.profile;

import io.tagma.engine.kernel.Kernels;
import io.tagma.store.HotTier;

/**
 * Finds the hot rows that are most like one of them. Owned by the thread that owns the rows. By the cosine of the angle between two rows;
 * a row of zeros is like none. Equals come in the order of their subjects, so the answer does not depend on where rows lie; it does
 * depend on which are hot, and so must not find its way into a decision. Allocates nothing.
 */
public final class SimilarRows {
    private final Kernels kernels;
    private final HotTier hot;
    private final float[] wanted;
    private final float[] other;

    /** Over a store's slab. */
    public SimilarRows(final Kernels kernels, final HotTier hot) {
        this.kernels = kernels;
        this.hot = hot;
        wanted = new float[hot.dimension()];
        other = new float[hot.dimension()];
    }

    /**
     * Fills in the most similar rows, the best first, the subject's own left out.
     *
     * @param subject whose row is compared
     * @param subjects receives whose they are; its length says how many are wanted
     * @param cosines receives -1 to 1 each, as long
     * @return how many there are; -1 when the subject's row is not hot
     */
    public int find(final long subject, final long[] subjects, final float[] cosines) {
        final int slot = hot.slot(subject);
        if (slot < 0) {
            return -1;
        }
        load(slot, wanted);
        final float length = length(wanted);
        int found = 0;
        for (int i = 0; i < hot.count(); i++) {
            if (i != slot) {
                load(i, other);
                final float product = length(other) * length;
                if (product > 0f) {
                    final float cosine = kernels.dot(wanted, other, wanted.length) / product;
                    found = insert(hot.subject(i), cosine, subjects, cosines, found);
                }
            }
        }
        return found;
    }

    private float length(final float[] row) {
        return (float) Math.sqrt(kernels.dot(row, row, row.length));
    }

    private void load(final int slot, final float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = hot.get(slot, i);
        }
    }

    private static int insert(
            final long subject, final float cosine, final long[] subjects, final float[] cosines, final int found) {
        int at = found;
        while (at > 0 && before(cosine, subject, cosines[at - 1], subjects[at - 1])) {
            at--;
        }
        if (at == subjects.length) {
            return found;
        }
        final int kept = Math.min(found, subjects.length - 1);
        System.arraycopy(subjects, at, subjects, at + 1, kept - at);
        System.arraycopy(cosines, at, cosines, at + 1, kept - at);
        subjects[at] = subject;
        cosines[at] = cosine;
        return kept + 1;
    }

    private static boolean before(final float cosine, final long subject, final float than, final long thanSubject) {
        return cosine > than || (cosine == than && subject < thanSubject);
    }
}
