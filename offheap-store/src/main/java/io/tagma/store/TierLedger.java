package io.tagma.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a {@link ProfileStore} has given to each tier, in bytes, beside what it may give. Written by the store's owner alone,
 * read by any thread. Bytes are reserved here before they are used, so {@code peak} never exceeds {@code budget}.
 */
public final class TierLedger {
    /** Where rows are, and what is needed to find them. */
    public enum Tier {
        /** The slab of rows laid out for kernels: what of it is in use. */
        HOT,
        /** A copy of the slab in the memory of a GPU, where there is one. */
        HOT_DEVICE,
        /** Heap that finding and choosing them takes. */
        HOT_TABLES,
        /** Rows in the map: header and floats, without what the map adds. */
        WARM,
        /** Memory outside the heap that the archive needs: index, staging and tables of blocks. */
        COLD_MEMORY,
        /** The archive's files. */
        COLD_FILES
    }

    private final Map<Tier, Account> accounts = new EnumMap<>(Tier.class);
    private final AtomicLong hotRows = new AtomicLong();
    private final AtomicLong hotAdmissions = new AtomicLong();
    private final AtomicLong warmRows = new AtomicLong();
    private final AtomicLong coldRows = new AtomicLong();
    private final AtomicLong promotions = new AtomicLong();
    private final AtomicLong demotions = new AtomicLong();
    private final AtomicLong blockReads = new AtomicLong();
    private final AtomicLong damagedBlocks = new AtomicLong();
    private final AtomicLong compactedSegments = new AtomicLong();

    TierLedger(
            final long hotBytes,
            final long hotTableBytes,
            final long warmBytes,
            final long coldMemoryBytes,
            final long coldFileBytes) {
        accounts.put(Tier.HOT, new Account(hotBytes));
        accounts.put(Tier.HOT_DEVICE, new Account(hotBytes));
        accounts.put(Tier.HOT_TABLES, new Account(hotTableBytes));
        accounts.put(Tier.WARM, new Account(warmBytes));
        accounts.put(Tier.COLD_MEMORY, new Account(coldMemoryBytes));
        accounts.put(Tier.COLD_FILES, new Account(coldFileBytes));
    }

    /** Bytes that a tier may take; 0 for one that there is not. */
    public long budget(final Tier tier) {
        return account(tier).budget;
    }

    /** Bytes that a tier takes now. */
    public long used(final Tier tier) {
        return account(tier).used.getOpaque();
    }

    /** Most bytes that a tier ever took. */
    public long peak(final Tier tier) {
        return account(tier).peak.getOpaque();
    }

    /** Rows in the slab for kernels; each is also in the map or the archive. */
    public long hotRows() {
        return hotRows.getOpaque();
    }

    /** Rows that came into the slab. */
    public long hotAdmissions() {
        return hotAdmissions.getOpaque();
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
        final Account account = account(tier);
        final long after = account.used.getPlain() + bytes;
        if (after > account.budget) {
            return false;
        }
        account.used.setOpaque(after);
        if (after > account.peak.getPlain()) {
            account.peak.setOpaque(after);
        }
        return true;
    }

    void release(final Tier tier, final long bytes) {
        add(account(tier).used, -bytes);
    }

    void countHot(final int rows) {
        add(hotRows, rows);
    }

    void countHotAdmission() {
        add(hotAdmissions, 1);
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
    private static void add(final AtomicLong counter, final long n) {
        counter.setOpaque(counter.getPlain() + n);
    }

    private Account account(final Tier tier) {
        return Objects.requireNonNull(accounts.get(tier));
    }

    private static final class Account {
        final long budget;
        final AtomicLong used = new AtomicLong();
        final AtomicLong peak = new AtomicLong();

        Account(final long budget) {
            this.budget = budget;
        }
    }
}
