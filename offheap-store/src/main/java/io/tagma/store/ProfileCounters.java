package io.tagma.store;

import java.util.concurrent.atomic.AtomicLong;

/** What a {@link ProfileStore} counts. Written by its owner alone, read by any thread. */
public final class ProfileCounters {
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();

    ProfileCounters() {}

    /** Rows in the store. */
    public long rows() {
        return rows.getOpaque();
    }

    /** Rows that were asked for and refused with {@link StoreCode#FULL} or {@link StoreCode#BUSY}. */
    public long refused() {
        return refused.getOpaque();
    }

    /** Rows found damaged or torn when the store was opened. */
    public long damaged() {
        return damaged.getOpaque();
    }

    // One writer: a plain read and an opaque write make an increment, without the locked instruction.
    void countRow() {
        rows.setOpaque(rows.getPlain() + 1);
    }

    void countRefused() {
        refused.setOpaque(refused.getPlain() + 1);
    }

    void countDamaged() {
        damaged.setOpaque(damaged.getPlain() + 1);
    }
}
