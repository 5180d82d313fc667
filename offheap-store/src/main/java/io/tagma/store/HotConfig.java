package io.tagma.store;

/**
 * How many rows the hot tier holds and where its slab lies. Immutable.
 *
 * @param rows at most, 1 to 2<sup>24</sup>
 * @param memory of the slab
 */
public record HotConfig(int rows, SlabMemory memory) {
    /** Most rows that the hot tier may have. */
    public static final int MOST_ROWS = 1 << 24;

    /** Rejects what cannot work. */
    public HotConfig {
        if (rows < 1 || rows > MOST_ROWS) {
            throw new IllegalArgumentException("hotRows must be 1 to " + MOST_ROWS + ": " + rows);
        }
    }

    /** In plain memory outside the heap. */
    public static HotConfig of(final int rows) {
        return new HotConfig(rows, SlabMemory.OFF_HEAP);
    }
}
