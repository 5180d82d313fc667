package io.tagma.store;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.agrona.collections.Long2LongHashMap;

/**
 * Reads a shard's profile rows from any other thread or process while the owner updates them. Owned by its one reading thread.
 *
 * <p>The first read of a subject looks it up in the map, under the map's read lock on one segment; all later ones take no lock
 * and do not disturb the owner. The reader has its own mapping and so may outlive the {@link ProfileStore}. When the owner
 * replaces the file (mode {@code CREATE}; at a launch, and where a shard is built anew), this reader goes on showing the old one: open a new
 * reader then. One in the owner's own process keeps the file from being replaced, so a shard that fails meanwhile stops instead of being built anew.
 */
public final class ProfileReader implements AutoCloseable {
    /** Attempts at a stable version before {@link StoreCode#BUSY}: some tens of microseconds, far longer than an update. */
    private static final int MAX_ATTEMPTS = 1000;

    /** How often a row that was given another place is looked for again. */
    private static final int MAX_MOVES = 3;

    private final ProfileLayoutFile layout;
    private final RowMap map;
    private final RowSeal copy;
    private final Long2LongHashMap addresses = new Long2LongHashMap(0);
    private boolean closed;

    private ProfileReader(final ProfileLayoutFile layout, final RowMap map) {
        this.layout = layout;
        this.map = map;
        copy = new RowSeal(layout.dimension());
    }

    /**
     * Opens the rows that lie at {@code file}, of whatever layout version they are.
     *
     * @throws StoreException when there are none, or they cannot be read
     */
    public static ProfileReader open(final Path file) {
        final ProfileLayoutFile layout = ProfileLayoutFile.read(file);
        try {
            if (!RowMap.exists(file)) {
                throw new StoreException("no profile rows at " + file
                        + ": the file is missing or empty. The engine that writes it may just be starting; try again.");
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read: " + e, e);
        }
        return new ProfileReader(layout, RowMap.open(file, layout.maxRows(), layout.dimension()));
    }

    /** D, floats a row. */
    public int dimension() {
        return layout.dimension();
    }

    /** The layout version that rows are expected to have. */
    public int layoutVersion() {
        return layout.layoutVersion();
    }

    /** Rows in the map now. */
    public long size() {
        return map.size();
    }

    /**
     * Copies one consistent version of a subject's row.
     *
     * @param target takes D floats, from index 0
     * @param header takes the header; filled in for {@link StoreCode#OK} and {@link StoreCode#WRONG_LAYOUT}
     * @return {@link StoreCode#OK}, {@link StoreCode#MISSING}: there is no row, or the owner has moved it to its archive; {@link StoreCode#WRONG_LAYOUT}, {@link StoreCode#DAMAGED}, or
     *     {@link StoreCode#BUSY}: the row changed under every one of a bounded number of attempts, or its owner was killed in
     *     the middle of an update
     * @throws IllegalArgumentException when {@code target} is too short
     */
    public int read(final long subject, final float[] target, final RowHeader header) {
        if (target.length < layout.dimension()) {
            throw new IllegalArgumentException(
                    "target must hold " + layout.dimension() + " floats but holds " + target.length);
        }
        long address = find(subject);
        int code = address == 0 ? StoreCode.MISSING : readAt(address, subject, target, header);
        boolean moved = false;
        // The owner may have given the place to another subject, or be at it. The map's lock, under which it does so,
        // puts the
        // next look in order.
        for (int i = 0; i < MAX_MOVES && (code == StoreCode.DAMAGED || code == StoreCode.BUSY); i++) {
            final long before = address;
            addresses.remove(subject);
            address = find(subject);
            if (address == 0) {
                return StoreCode.MISSING;
            }
            moved = address != before;
            if (moved || code == StoreCode.DAMAGED) {
                code = readAt(address, subject, target, header);
            }
        }
        return moved && code == StoreCode.DAMAGED ? StoreCode.BUSY : code;
    }

    private int readAt(final long address, final long subject, final float[] target, final RowHeader header) {
        final long sequence = copyStable(address);
        if (sequence < 0) {
            return StoreCode.BUSY;
        }
        if (!copy.intact(subject)) {
            return StoreCode.DAMAGED;
        }
        header.set(sequence, copy);
        if (header.layoutVersion() != layout.layoutVersion() || header.dimension() != layout.dimension()) {
            return StoreCode.WRONG_LAYOUT;
        }
        copy.floats(target);
        return StoreCode.OK;
    }

    /** Unmaps the file. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            map.close();
        }
    }

    /** Copies a version that did not change meanwhile and returns its sequence, or a negative number. */
    private long copyStable(final long address) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            // Acquire: what the owner wrote before it made the number even is seen by the copy.
            final long before = Memory.getLongAcquire(address + RowLayout.SEQUENCE);
            if ((before & 1) == 0) {
                copy.copy(address);
                // The second load of the number must not move up before the copy's loads, which an acquire on it alone
                // would allow.
                VarHandle.loadLoadFence();
                if (Memory.getLongOpaque(address + RowLayout.SEQUENCE) == before) {
                    return before;
                }
            }
            Thread.onSpinWait();
        }
        return -1;
    }

    private long find(final long subject) {
        final long known = addresses.get(subject);
        if (known != 0) {
            return known;
        }
        final long found = map.find(subject);
        if (found != 0) {
            addresses.put(subject, found);
        }
        return found;
    }
}
