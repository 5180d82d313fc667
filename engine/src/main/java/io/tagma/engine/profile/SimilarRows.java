package io.tagma.engine.profile;

import io.tagma.engine.kernel.FloatRows;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.Residents;
import io.tagma.engine.kernel.RowKernels;
import io.tagma.engine.kernel.TopK;
import io.tagma.store.HotTier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hot rows that are most like one of them, with one call of a kernel over their slab. Owned by the thread that owns the rows.
 * By the cosine of the angle between two rows; the same to the last bit with each provider of kernels. Equals come in the order of their
 * places in the slab. Which rows are hot is no part of the state, so what is found must not find its way into a decision.
 *
 * <p>Where the kernels are a GPU's, the slab has a copy there, whose bytes are reserved in the store's ledger first. Rows that were
 * updated, or gave way to others, are sent in one batch before a search: a row costs the bus once however often it was updated between
 * two searches. Without room for the copy, or once the GPU fails, the search is the processor's, with the same result.
 */
public final class SimilarRows implements AutoCloseable {
    private final RowKernels kernels;
    private final Residents residents;
    private final HotTier hot;
    private final FloatRows rows;
    private final float[] wanted;
    private final IntConsumer changed;
    private final String whyNoCopy;
    private TopK best = new TopK(1);
    private @Nullable Thread copied;

    /** Over a store's slab, from now to the end of the store. */
    public SimilarRows(final Kernels provider, final HotTier hot) {
        this.hot = hot;
        kernels = provider.rows();
        residents = kernels.residents();
        rows = FloatRows.of(hot.slab(), hot.capacity(), hot.dimension(), hot.stride());
        wanted = new float[hot.dimension()];
        changed = slot -> residents.changed(rows, slot, 1);
        whyNoCopy = copy();
    }

    /** Whether it searches this slab. */
    public boolean isOver(final HotTier slab) {
        return hot.equals(slab);
    }

    private String copy() {
        if (!residents.usable()) {
            return "there is no GPU";
        }
        if (!hot.reserveCopy()) {
            return "the ledger has no bytes for a copy";
        }
        final String refused = residents.reside(rows);
        if (refused.isEmpty()) {
            hot.noteChanges();
            copied = Thread.currentThread();
        } else {
            hot.releaseCopy();
        }
        return refused;
    }

    /** Why the slab had no copy on a GPU from the start, or the empty string. */
    public String whyNoCopy() {
        return whyNoCopy;
    }

    /**
     * Fills in the most similar rows, the best first, the subject's own left out. Allocates nothing while as many are wanted as the last time.
     *
     * @param subject whose row is compared
     * @param subjects receives whose they are, 65,535 at most
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
        if (best.capacity() != subjects.length + 1) {
            best = new TopK(subjects.length + 1); // the row itself is among them
        }
        tellChanges();
        kernels.topKCosine(rows, hot.count(), wanted, best);
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

    /** The copy is this thread's; a search by another is the processor's, and leaves the changes for this one's next. */
    private void tellChanges() {
        if (Thread.currentThread().equals(copied)) {
            if (residents.usable()) {
                hot.takeChanges(changed);
            } else {
                close();
            }
        }
    }

    /** Gives the copy back; later searches are the processor's. */
    @Override
    public void close() {
        if (copied != null) {
            copied = null;
            residents.leave(rows);
            hot.forgetChanges();
            hot.releaseCopy();
        }
    }
}
