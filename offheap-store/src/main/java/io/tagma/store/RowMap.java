package io.tagma.store;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.hash.SegmentLock;
import net.openhft.chronicle.hash.locks.InterProcessDeadLockException;
import net.openhft.chronicle.hash.serialization.SizeMarshaller;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.MapSegmentContext;

/**
 * The Chronicle Map under a shard's rows: finds and inserts rows and says where they lie. Owned by the thread of the store or
 * reader that holds it; several processes may have the same file open.
 *
 * <p>Entries are never moved, so an address is good until {@link #remove} or {@link #close}.
 */
final class RowMap implements AutoCloseable {
    private static final long PROBE_MS = 500;
    private static final long RESERVE_MARGIN = 256 << 10;
    private static final int RESERVE_SHARE = 16;
    private static final String LOCK_TIMEOUT = "net.openhft.chronicle.map.lockTimeoutSeconds";

    static {
        // A process killed inside a map operation leaves a segment locked; the default wait for it is 60 s, and the one
        // who
        // would wait is a shard.
        if (System.getProperty(LOCK_TIMEOUT) == null) {
            System.setProperty(LOCK_TIMEOUT, "2");
        }
    }

    private final ChronicleMap<Long, RowValue> map;
    private final RowValue value = new RowValue();
    private final BytesStore<?, ?> fresh;
    private final RowValue freshValue;

    private RowMap(final ChronicleMap<Long, RowValue> map, final int rowLength) {
        this.map = map;
        fresh = BytesStore.nativeStoreWithFixedCapacity(rowLength);
        freshValue = new RowValue(fresh, rowLength);
    }

    /** Opens like {@link #open}, for the owner, with blocks of the disk set aside for all rows that there may be. */
    static RowMap openReserved(final Path file, final int maxRows, final int dimension) {
        // Before the map is laid out, by what its entries take, and then by what it came to be.
        reserve(file, maxRows, (long) maxRows * (RowLayout.length(dimension) + RowLayout.ALIGNMENT) + RESERVE_MARGIN);
        final RowMap opened = open(file, maxRows, dimension);
        try {
            // Also behind the end, for the part that the map adds when one of its segments has more than its share.
            final long size = Files.size(file);
            reserve(file, maxRows, size + size / RESERVE_SHARE + RESERVE_MARGIN);
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e instanceof StoreException known ? known : new StoreException(file + " cannot be read: " + e, e);
        }
    }

    /** Opens the file, which exists: empty, and then a map is laid out in it, or with a map in it. */
    static RowMap open(final Path file, final int maxRows, final int dimension) {
        final int rowLength = RowLayout.length(dimension);
        try {
            final ChronicleMap<Long, RowValue> map = ChronicleMapBuilder.of(Long.class, RowValue.class)
                    .name(String.valueOf(file.getFileName()))
                    .entries(maxRows)
                    .maxBloatFactor(2)
                    .valueSizeMarshaller(SizeMarshaller.constant(rowLength))
                    // Values on cache lines, for the aligned sequence and the vectors. Alignment with the map's own
                    // checksums on corrupts it, and they could not follow updates in place anyway: rows carry their
                    // own.
                    .entryAndValueOffsetAlignment(RowLayout.ALIGNMENT)
                    .checksumEntries(false)
                    .putReturnsNull(true)
                    .removeReturnsNull(true)
                    // A map that its own shutdown hook unmaps under a running shard takes the process down.
                    .skipCloseOnExitHook(true)
                    .createPersistedTo(file.toFile());
            return new RowMap(map, rowLength);
        } catch (IOException | RuntimeException e) {
            throw new StoreException(
                    file + " cannot be opened as a profile map: " + e.getMessage()
                            + ". It is a view of the journal: delete it and replay.",
                    e);
        }
    }

    /** Rows are stored through a mapping: a page that the disk has no block for would end the process. */
    private static void reserve(final Path file, final int maxRows, final long bytes) {
        if (ReservedFile.reserve(file, bytes) == StoreCode.NO_SPACE) {
            throw new StoreException(file + " needs " + bytes + " bytes for " + maxRows
                    + " rows, and the disk has no room for them: make room, or set maxRows, or warmRows, lower.");
        }
    }

    /** Whether there is a map at that path. */
    static boolean exists(final Path file) throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    /** Address of the row or 0. Takes the map's read lock on one segment. */
    long find(final long subject) {
        return map.getUsing(subject, value) == null ? 0 : value.address();
    }

    /**
     * Inserts a fresh row and returns its address, or a code. The row is complete before the map shows it to anyone.
     */
    long insert(final long subject, final RowStamp stamp) {
        stamp.write(freshValue.address(), subject);
        try {
            map.put(subject, freshValue);
        } catch (InterProcessDeadLockException e) {
            return StoreCode.BUSY;
        } catch (IllegalStateException e) {
            // The map is out of tiers: possible only when subjects pile up in few segments.
            return StoreCode.FULL;
        }
        return find(subject);
    }

    /**
     * Removes a row, whose place another subject's row may take from then on. What lies there is no row any more before the
     * place is given away, so a reader who still
     * has the address finds that out.
     *
     * @throws StoreException when another process was killed while it held the map's lock
     */
    void remove(final long subject, final long address) {
        try {
            map.remove(subject);
        } catch (InterProcessDeadLockException e) {
            throw new StoreException(
                    map.file()
                            + " was left locked by a process that was killed. It is a view of the journal: launch the"
                            + " engine again.",
                    e);
        }
        // Behind the removal, or a reader could find the row there and wiped. Odd, wiped, and zero: whoever copies it
        // meanwhile sees another number before and after. Nobody but this thread gives the place away again.
        Memory.putLongOpaque(address + RowLayout.SEQUENCE, Memory.getLong(address + RowLayout.SEQUENCE) | 1);
        VarHandle.storeStoreFence();
        Memory.putInt(address + RowLayout.MAGIC, 0);
        Memory.putLongRelease(address + RowLayout.SEQUENCE, 0);
    }

    /** Runs something while the subject's segment is locked for everybody else. */
    void whileLocked(final long subject, final Runnable action) {
        try (var query = map.queryContext(subject)) {
            query.updateLock().lock();
            action.run();
        }
    }

    /** Address of a row's length of memory that is not in the map. */
    long scratchAddress() {
        return freshValue.address();
    }

    /** Hands the address of each row to {@code action}. */
    void forEach(final LongConsumer action) {
        map.forEachEntry(entry -> {
            value.bytesStore(
                    (BytesStore) entry.value().bytes(),
                    entry.value().offset(),
                    entry.value().size());
            action.accept(value.address());
        });
    }

    /** Whether each segment can be locked: a killed process may have left one locked for ever. */
    boolean unlocked() {
        for (int i = 0; i < map.segments(); i++) {
            try (MapSegmentContext<Long, RowValue, ?> segment = map.segmentContext(i)) {
                // The context of every map that is not replicated is its segment's lock as well.
                if (segment instanceof SegmentLock lock && !tryLock(lock)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** For tests: what a process looks like to others when it stops inside a map operation. */
    void withFirstSegmentLocked(final Runnable action) {
        try (MapSegmentContext<Long, RowValue, ?> segment = map.segmentContext(0)) {
            if (segment instanceof SegmentLock lock && tryLock(lock)) {
                action.run();
            }
        }
    }

    private static boolean tryLock(final SegmentLock segment) {
        try {
            // A live reader holds the read lock for a microsecond, a dead one for ever.
            return segment.writeLock().tryLock(PROBE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    long size() {
        return map.longSize();
    }

    @Override
    public void close() {
        map.close();
        fresh.releaseLast();
    }

    /** Writes a fresh row's header and floats. */
    interface RowStamp {
        void write(long address, long subject);
    }
}
