package io.tagma.store;

import io.tagma.store.TierLedger.Tier;
import java.lang.foreign.Arena;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves rows between the map and the archive: a row that is asked for comes into the map, and when the map is full the one that
 * {@link WarmQueues} names leaves it. Owned by the shard's thread.
 *
 * <p>One call costs at most one block read, one block written and its share of compaction: one block of R rows looked through each
 * R / {@value #COMPACTED} rows that leave. A segment is compacted when a third of all rows in the files or more is dead, and it has
 * the most, so {@value #COMPACTED} blocks each R rows more than make up for the R copies that these leave
 * dead in the files.
 */
final class RowTiers implements AutoCloseable {
    private static final int COMPACTED = 4;

    private final RowMap map;
    private final RowIndex index;
    private final WarmQueues queues;
    private final Archive archive;
    private final TierLedger ledger;
    private final int warmRows;
    private final int rowLength;
    private final long promoted;
    private final Arena arena = Arena.ofShared();
    private final RowMap.RowStamp copyPromoted;
    private final int rowsPerBlock;
    private int compactionDue;

    RowTiers(
            final ProfileStoreConfig config,
            final TierConfig tiers,
            final RowMap map,
            final RowIndex index,
            final TierLedger ledger) {
        this.map = map;
        this.index = index;
        this.ledger = ledger;
        warmRows = tiers.warmRows();
        rowLength = RowLayout.length(config.dimension());
        rowsPerBlock = ArchiveLayout.rowsPerBlock(config.dimension());
        queues = new WarmQueues(index, warmRows);
        archive = Archive.create(tiers.archive(), config, config.maxRows(), ledger);
        promoted = arena.allocate(rowLength, RowLayout.ALIGNMENT).address();
        copyPromoted = (address, subject) -> Memory.copy(promoted, address, rowLength);
    }

    /**
     * Brings a row that is not in the map back into it.
     *
     * @return its address there, 0 when the archive does not have it, {@link StoreCode#DAMAGED}, or {@link StoreCode#FULL}
     */
    long promote(final long subject) {
        if (!archive.mayHold(subject)) {
            return 0;
        }
        if (!roomForDemotion()) {
            return StoreCode.FULL;
        }
        final int code = archive.take(subject, promoted);
        if (code != StoreCode.OK) {
            return code == StoreCode.MISSING ? 0 : code;
        }
        ledger.countCold(-1);
        demoteWhenFull();
        final long address = map.insert(subject, copyPromoted);
        if (address < 0) {
            throw new StoreException("the row of subject " + subject + " cannot be put into the map: "
                    + StoreCode.name((int) address) + ". Launch the engine again, it rebuilds the rows.");
        }
        admit(subject, address);
        ledger.countPromotion();
        return address;
    }

    /** Makes room in the map for a new row; false when the archive may not grow. */
    boolean makeRoom() {
        if (!roomForDemotion()) {
            return false;
        }
        demoteWhenFull();
        return true;
    }

    /** A row has come into the map. */
    void admit(final long subject, final long address) {
        index.put(subject, address);
        queues.admit(subject);
        ledger.reserve(Tier.WARM, rowLength);
        ledger.countWarm(1);
    }

    /** Rows in the archive. */
    long coldRows() {
        return archive.size();
    }

    /** Hands the address of a copy of each row in the archive to {@code action}; good during the call. */
    void forEachCold(final LongConsumer action) {
        archive.forEach(action);
    }

    @Nullable
    Damage lastDamage() {
        return archive.lastDamage();
    }

    @Override
    public void close() {
        archive.close();
        arena.close();
    }

    private boolean roomForDemotion() {
        return index.size() < warmRows || archive.prepare();
    }

    private void demoteWhenFull() {
        if (index.size() < warmRows) {
            return;
        }
        final long subject = queues.victim();
        final long address = index.get(subject);
        archive.put(address);
        index.remove(subject);
        map.remove(subject, address);
        ledger.release(Tier.WARM, rowLength);
        ledger.countWarm(-1);
        ledger.countCold(1);
        ledger.countDemotion();
        compactionDue += COMPACTED;
        while (compactionDue >= rowsPerBlock) {
            compactionDue -= rowsPerBlock;
            archive.compactStep();
        }
    }
}
