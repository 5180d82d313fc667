package io.tagma.store;

import java.nio.file.Path;

/**
 * How many rows of a {@link ProfileStore} stay in the map, and where the others go. Immutable. None of it shows in a row: the same
 * updates leave the same bits whatever the tiers.
 *
 * @param archive the directory of this shard's archive, made when missing; what lies in it is dropped when the store is opened
 * @param warmRows rows in the map at most, {@value #LEAST_WARM} or more
 * @param coldBytes bytes of the archive's files at most; a row that finds no room is {@link StoreCode#FULL}
 */
public record TierConfig(Path archive, int warmRows, long coldBytes) {
    /** Fewest rows that the warm tier may have. */
    public static final int LEAST_WARM = 16;

    /** Rejects what cannot work. */
    public TierConfig {
        if (warmRows < LEAST_WARM) {
            throw new IllegalArgumentException("warmRows must be at least " + LEAST_WARM + ": " + warmRows);
        }
        if (coldBytes < 0) {
            throw new IllegalArgumentException("coldBytes must not be negative: " + coldBytes);
        }
    }

    /** With files of any length: the store's {@code maxRows} bounds them to about twice the rows' raw length. */
    public static TierConfig of(final Path archive, final int warmRows) {
        return new TierConfig(archive, warmRows, Long.MAX_VALUE);
    }
}
