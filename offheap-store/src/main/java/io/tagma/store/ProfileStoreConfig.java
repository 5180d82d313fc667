package io.tagma.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link ProfileStore}. Immutable.
 *
 * @param file the map's file; beside it lies {@code <file>.layout}
 * @param maxRows rows at most, 1 to 2^28, in all tiers together; one more is {@link StoreCode#FULL}
 * @param dimension D, floats a row, 1 to {@link Digest#MAX_FLOATS}
 * @param layoutVersion the embedder's version of what the floats mean
 * @param owner the owning shard
 * @param mode what to do with what is there
 * @param tiers how many rows stay in the map and where the others go; null when all of them stay
 * @param hot how many rows are in a slab for kernels besides; null for none
 */
public record ProfileStoreConfig(
        Path file,
        int maxRows,
        int dimension,
        int layoutVersion,
        int owner,
        Mode mode,
        @Nullable TierConfig tiers,
        @Nullable HotConfig hot) {
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
        if (tiers != null && mode == Mode.OPEN) {
            throw new IllegalArgumentException(
                    "mode must be CREATE where there are tiers: the archive is rebuilt with the map, not taken over");
        }
    }

    /** A store whose rows all stay in the map. */
    public ProfileStoreConfig(
            final Path file,
            final int maxRows,
            final int dimension,
            final int layoutVersion,
            final int owner,
            final Mode mode) {
        this(file, maxRows, dimension, layoutVersion, owner, mode, null, null);
    }

    /** This store with so many rows in the map, the others in an archive; with all of them in the map when that is enough. */
    public ProfileStoreConfig withTiers(final TierConfig wanted) {
        final TierConfig used = wanted.warmRows() < maxRows ? wanted : null;
        return new ProfileStoreConfig(file, maxRows, dimension, layoutVersion, owner, mode, used, hot);
    }

    /** This store with a slab for kernels. */
    public ProfileStoreConfig withHot(final HotConfig wanted) {
        return new ProfileStoreConfig(file, maxRows, dimension, layoutVersion, owner, mode, tiers, wanted);
    }

    /** Rows in the map at most. */
    int warmRows() {
        final TierConfig used = tiers;
        return used == null ? maxRows : used.warmRows();
    }
}
