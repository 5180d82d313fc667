package io.tagma.perf.stores;

import io.tagma.store.ProfileReader;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import io.tagma.store.RowHeader;
import io.tagma.store.StoreCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tagma: updated in place under the seqlock and sealed with digest and checksum; read by a reader of its own, as another process reads. */
final class TagmaRows implements Rows {
    private final Path file;
    private final ProfileStore store;
    private final ProfileRow row;
    private final RowHeader header = new RowHeader();
    private @Nullable ProfileReader reader;
    private long nowNs;

    private long[] announced = {};

    @SuppressWarnings("unused") // keeps the reads from being dropped
    private long touched;

    TagmaRows(final Path directory, final int rows) {
        file = directory.resolve("rows.dat");
        store = ProfileStore.open(new ProfileStoreConfig(
                file,
                rows,
                DIMENSION,
                1,
                0,
                Files.exists(file) ? ProfileStoreConfig.Mode.OPEN : ProfileStoreConfig.Mode.CREATE));
        row = store.newRow();
    }

    // As a shard does with the subjects of a batch.
    @Override
    public void announce(final long[] subjects) {
        if (announced.length < subjects.length) {
            announced = new long[subjects.length];
        }
        System.arraycopy(subjects, 0, announced, 0, subjects.length);
        touched += store.touch(announced, subjects.length);
    }

    @Override
    public void update(final long subject) {
        row.wrap(store.acquireRow(subject));
        row.beginUpdate();
        row.set(0, row.get(0) + 1f);
        row.endUpdate(++nowNs);
    }

    @Override
    public void read(final long subject, final float[] into) {
        ProfileReader open = reader;
        if (open == null) {
            open = ProfileReader.open(file);
            reader = open;
        }
        final int code = open.read(subject, into, header);
        if (code != StoreCode.OK) {
            throw new IllegalStateException("subject " + subject + ": " + StoreCode.name(code));
        }
    }

    @Override
    public boolean persists() {
        return true;
    }

    @Override
    public void close() {
        final ProfileReader open = reader;
        if (open != null) {
            open.close();
        }
        store.close();
    }
}
