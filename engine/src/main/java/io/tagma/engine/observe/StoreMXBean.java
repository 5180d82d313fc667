package io.tagma.engine.observe;

/** A shard's rows: {@code io.tagma:type=Store,engine=NAME,shard=N}. */
public interface StoreMXBean {
    /** Rows there are. */
    long getRows();

    /** Rows there may be. */
    long getMaxRows();

    /** Rows refused because there was no room. */
    long getRefused();

    /** Rows in the slab for kernels; each is also in the map or the archive. */
    long getHotRows();

    /** Bytes of the slab in use. */
    long getHotBytes();

    /** Bytes that it may take. */
    long getHotBudgetBytes();

    /** Bytes that a copy of the slab takes in the memory of a GPU; 0 without one. */
    long getHotDeviceBytes();

    /** Bytes that it may take. */
    long getHotDeviceBudgetBytes();

    /** Rows in the map, which other processes can read. */
    long getWarmRows();

    /** Rows in the archive. */
    long getColdRows();

    /** Bytes of rows in the map. */
    long getWarmBytes();

    /** Bytes that they may take. */
    long getWarmBudgetBytes();

    /** Bytes of memory outside the heap that the archive takes. */
    long getColdMemoryBytes();

    /** Bytes that it may take. */
    long getColdMemoryBudgetBytes();

    /** Bytes of the archive's files. */
    long getColdFileBytes();

    /** Bytes that they may take. */
    long getColdFileBudgetBytes();

    /** Rows that came back from the archive. */
    long getPromotions();

    /** Rows that left for the archive. */
    long getDemotions();

    /** Times that a block of the archive was found damaged. */
    long getDamagedBlocks();
}
