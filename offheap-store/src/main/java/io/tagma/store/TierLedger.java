package io.tagma.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a {@link ProfileStore} has given to each tier, in bytes, beside what it may give. Written by the store's owner alone,
 * read by any thread. Bytes are reserved here before they are used, so {@code peak} never exceeds {@code budget}.
 */
public final class TierLedger {
    /** Where rows are, and what is needed to find them. */
    public enum Tier {
        /** Rows in the map: header and floats, without what the map adds. */
        WARM,
        /** Memory outside the heap that the archive needs: index, staging and tables of blocks. */
        COLD_MEMORY,
        /** The archive's files. */
        COLD_FILES
    }

    private final long[] budgets = new long[Tier.values().length];
    private final AtomicLong[] used = counters();
    private final AtomicLong[] peaks = counters();
    private final AtomicLong warmRows = new AtomicLong();
    private final AtomicLong coldRows = new AtomicLong();
    private final AtomicLong promotions = new AtomicLong();
    private final AtomicLong demotions = new AtomicLong();
    private final AtomicLong blockReads = new AtomicLong();
    private final AtomicLong damagedBlocks = new AtomicLong();
    private final AtomicLong compactedSegments = new AtomicLong();

    TierLedger(final long warmBytes, final long coldMemoryBytes, final long coldFileBytes) {
        budgets[Tier.WARM.ordinal()] = warmBytes;
        budgets[Tier.COLD_MEMORY.ordinal()] = coldMemoryBytes;
        budgets[Tier.COLD_FILES.ordinal()] = coldFileBytes;
    }

    /** Bytes that a tier may take; 0 for one that there is not. */
    public long budget(final Tier tier) {
        return budgets[tier.ordinal()];
    }

    /** Bytes that a tier takes now. */
    public long used(final Tier tier) {
        return used[tier.ordinal()].getOpaque();
    }

    /** Most bytes that a tier ever took. */
    public long peak(final Tier tier) {
        return peaks[tier.ordinal()].getOpaque();
    }

    /** Rows in the map. */
    public long warmRows() {
        return warmRows.getOpaque();
    }

    /** Rows in the archive. */
    public long coldRows() {
        return coldRows.getOpaque();
    }

    /** Rows that came back from the archive. */
    public long promotions() {
        return promotions.getOpaque();
    }

    /** Rows that left for the archive. */
    public long demotions() {
        return demotions.getOpaque();
    }

    /** Blocks of the archive that were read and unpacked. */
    public long blockReads() {
        return blockReads.getOpaque();
    }

    /** Times that a block of the archive was found damaged. */
    public long damagedBlocks() {
        return damagedBlocks.getOpaque();
    }

    /** Archive segments whose remaining rows were moved so that the file could go. */
    public long compactedSegments() {
        return compactedSegments.getOpaque();
    }

    /** Takes bytes, or answers false and takes none. */
    boolean reserve(final Tier tier, final long bytes) {
        final AtomicLong account = used[tier.ordinal()];
        final long after = account.getPlain() + bytes;
        if (after > budgets[tier.ordinal()]) {
            return false;
        }
        account.setOpaque(after);
        final AtomicLong peak = peaks[tier.ordinal()];
        if (after > peak.getPlain()) {
            peak.setOpaque(after);
        }
        return true;
    }

    void release(final Tier tier, final long bytes) {
        final AtomicLong account = used[tier.ordinal()];
        account.setOpaque(account.getPlain() - bytes);
    }

    void countWarm(final int rows) {
        add(warmRows, rows);
    }

    void countCold(final int rows) {
        add(coldRows, rows);
    }

    void countPromotion() {
        add(promotions, 1);
    }

    void countDemotion() {
        add(demotions, 1);
    }

    void countBlockRead() {
        add(blockReads, 1);
    }

    void countDamagedBlock() {
        add(damagedBlocks, 1);
    }

    void countCompacted() {
        add(compactedSegments, 1);
    }

    // One writer: a plain read and an opaque write make an increment.
    private static void add(final AtomicLong counter, final int n) {
        counter.setOpaque(counter.getPlain() + n);
    }

    private static AtomicLong[] counters() {
        final AtomicLong[] made = new AtomicLong[Tier.values().length];
        for (int i = 0; i < made.length; i++) {
            made[i] = new AtomicLong();
        }
        return made;
    }
}
