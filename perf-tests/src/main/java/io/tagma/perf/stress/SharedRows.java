package io.tagma.perf.stress;

import io.tagma.store.ProfileReader;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One store for all races of a JVM, since opening one takes far longer than a race, and more rows than races are under way at once. Thread-safe
 * but for the rows, each of which is one race's.
 */
final class SharedRows {
    static final int DIMENSION = 16;

    private static final int ROWS = 1 << 15;
    private static final Path FILE = file();
    private static final ProfileStore STORE = open();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private SharedRows() {}

    private static Path file() {
        try {
            final Path folder = Files.createTempDirectory("tagma-stress-");
            final Path file = folder.resolve("rows.dat");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "stress-cleanup"));
            return file;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(final Path folder) {
        final java.io.File[] files = folder.toFile().listFiles();
        if (files != null) {
            for (final java.io.File file : files) {
                file.delete();
            }
        }
        folder.toFile().delete();
    }

    private static ProfileStore open() {
        final ProfileStore store =
                ProfileStore.open(new ProfileStoreConfig(FILE, ROWS, DIMENSION, 1, 0, ProfileStoreConfig.Mode.CREATE));
        for (int i = 0; i < ROWS; i++) {
            if (store.acquireRow(subject(i)) < 0) {
                throw new IllegalStateException("the store has no room for row " + i);
            }
        }
        return store;
    }

    private static long subject(final int i) {
        return i + 1L;
    }

    /** A row that no race under way has, all zero. */
    static ProfileRow take() {
        final long subject = subject(NEXT.getAndIncrement() & (ROWS - 1));
        final ProfileRow row = STORE.newRow().wrap(STORE.rowAddress(subject));
        row.beginUpdate();
        for (int i = 0; i < DIMENSION; i++) {
            row.set(i, 0f);
        }
        row.endUpdate(0);
        return row;
    }

    /** A reader for the calling thread. */
    static ProfileReader reader() {
        return ProfileReader.open(FILE);
    }
}
