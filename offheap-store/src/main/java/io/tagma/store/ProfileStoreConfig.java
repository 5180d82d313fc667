package io.tagma.store;

import java.nio.file.Path;

/**
 * How to open a {@link ProfileStore}. Immutable.
 *
 * @param file the map's file; beside it lies {@code <file>.layout}
 * @param maxRows rows at most, 1 to 2^28; one more is {@link StoreCode#FULL}
 * @param dimension D, floats a row, 1 to {@link Digest#MAX_FLOATS}
 * @param layoutVersion the embedder's version of what the floats mean
 * @param owner the owning shard
 * @param mode what to do with what is there
 */
public record ProfileStoreConfig(Path file, int maxRows, int dimension, int layoutVersion, int owner, Mode mode) {
    private static final int MOST_ROWS = 1 << 28;

    /** What to do with what is there. */
    public enum Mode {
        /** Begin with no rows and replace what is there: the journal will be replayed into it. */
        CREATE,
        /** Take over the rows that are there, which must be of the same layout version and dimension. */
        OPEN
    }

    /** Rejects what cannot work. */
    public ProfileStoreConfig {
        if (maxRows < 1 || maxRows > MOST_ROWS) {
            throw new IllegalArgumentException("maxRows must be 1 to " + MOST_ROWS + ": " + maxRows);
        }
        if (dimension < 1 || dimension > Digest.MAX_FLOATS) {
            throw new IllegalArgumentException("dimension must be 1 to " + Digest.MAX_FLOATS + ": " + dimension);
        }
    }
}
