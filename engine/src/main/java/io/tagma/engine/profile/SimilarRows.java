package io.tagma.engine.profile;

import io.tagma.engine.kernel.FloatRows;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.TopK;
import io.tagma.store.HotTier;

/**
 * Finds the hot rows that are most like one of them, with one call of a kernel over their slab. Owned by the thread that owns the rows.
 * By the cosine of the angle between two rows; the same to the last bit with each provider of kernels. Equals come in the order of their
 * places in the slab. Which rows are hot is no part of the state, so what is found must not find its way into a decision.
 */
public final class SimilarRows {
    private final Kernels kernels;
    private final HotTier hot;
    private final FloatRows rows;
    private final float[] wanted;
    private final TopK best;

    /**
     * Over a store's slab.
     *
     * @param most how many are wanted at most, 1 to 65,535
     */
    public SimilarRows(final Kernels kernels, final HotTier hot, final int most) {
        this.kernels = kernels;
        this.hot = hot;
        rows = FloatRows.of(hot.slab(), hot.capacity(), hot.dimension(), hot.stride());
        wanted = new float[hot.dimension()];
        best = new TopK(most + 1); // the row itself is among them
    }

    /**
     * Fills in the most similar rows, the best first, the subject's own left out. Allocates nothing.
     *
     * @param subject whose row is compared
     * @param subjects receives whose they are
     * @param cosines receives how similar, 1 at most; as long
     * @return how many there are; -1 when the subject's row is not hot
     */
    public int find(final long subject, final long[] subjects, final float[] cosines) {
        final int slot = hot.slot(subject);
        if (slot < 0) {
            return -1;
        }
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = hot.get(slot, i);
        }
        kernels.rows().topKCosine(rows, hot.count(), wanted, best);
        int found = 0;
        for (int place = 0; place < best.size() && found < subjects.length; place++) {
            if (best.row(place) != slot) {
                subjects[found] = hot.subject(best.row(place));
                cosines[found] = best.score(place);
                found++;
            }
        }
        return found;
    }
}
