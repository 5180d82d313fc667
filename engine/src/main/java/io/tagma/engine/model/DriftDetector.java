package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** Watches a stream of losses and says when they have changed. Owned by one thread; allocates nothing once made. */
public interface DriftDetector {
    /**
     * Takes in the next loss.
     *
     * @param value from 0 to 1, e.g. 1 for a wrong prediction and 0 for a right one
     * @return whether a change shows now; the detector has then forgotten what was before it
     */
    boolean add(double value);

    /** Mean of the losses since the last change, as far as the detector remembers them; 0 before the first. */
    double mean();

    /** Forgets everything. */
    void reset();

    /** Writes all that a later answer depends on. */
    void write(SnapshotWriter out);

    /** Takes over what was written by a detector with the same settings. */
    void read(SnapshotReader in);
}
