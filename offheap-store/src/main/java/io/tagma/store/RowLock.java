package io.tagma.store;

import java.nio.file.Path;

/**
 * Holds the map's lock on a profile row, as any process may that is killed in the middle of a map operation. For crash tests:
 * whoever inserts into that part of the map waits meanwhile. Stateless.
 */
public final class RowLock {
    private RowLock() {}

    /**
     * Locks, runs, unlocks.
     *
     * @param file of the rows, as {@link StoreDirectory#profiles} names it
     * @throws StoreException when there are no rows, or they cannot be read
     */
    public static void hold(final Path file, final long subject, final Runnable whileHeld) {
        final ProfileLayoutFile layout = ProfileLayoutFile.read(file);
        try (RowMap map = RowMap.open(file, layout.maxRows(), layout.dimension())) {
            map.whileLocked(subject, whileHeld);
        }
    }
}
