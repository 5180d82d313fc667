package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.ProfileStoreConfig.Mode;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileReaderTest {
    private static final int D = Children.D;

    @TempDir
    Path directory;

    @Test
    void eachOutcomeHasItsCode() {
        final float[] floats = new float[D];
        final RowHeader header = new RowHeader();
        try (ProfileStore store = ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE));
                ProfileReader reader = ProfileReader.open(file())) {
            assertThat(reader.dimension()).isEqualTo(D);
            assertThat(reader.layoutVersion()).isEqualTo(7);
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.MISSING);
            final ProfileRow row = store.newRow().wrap(store.acquireRow(1));
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.OK);
            assertThat(header.sequence()).isEqualTo(2);
            row.beginUpdate();
            row.set(2, 2.5f);
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.BUSY);
            row.endUpdate(77);
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.OK);
            assertThat(floats[2]).isEqualTo(2.5f);
            assertThat(header.updatedNs()).isEqualTo(77);
            assertThat(header.owner()).isEqualTo(3);
            assertThat(header.subject()).isEqualTo(1);
            assertThat(header.digest()).isEqualTo(Digest.of(1, floats, 0, D));

            row.set(2, 3.5f);
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.DAMAGED);
            row.beginUpdate();
            Memory.putInt(row.address() + RowLayout.LAYOUT_VERSION, 8);
            row.endUpdate(78);
            assertThat(reader.read(1, floats, header)).isEqualTo(StoreCode.WRONG_LAYOUT);
            assertThat(header.layoutVersion()).isEqualTo(8);
            assertThatThrownBy(() -> reader.read(1, new float[D - 1], header)).hasMessageContaining("16 floats");
        }
    }

    @Test
    void aReaderOutlivesTheStore() {
        final float[] floats = new float[D];
        final ProfileStore store = ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE));
        store.acquireRow(1);
        try (ProfileReader reader = ProfileReader.open(file())) {
            store.close();
            assertThat(reader.read(1, floats, new RowHeader())).isEqualTo(StoreCode.OK);
            assertThat(reader.size()).isOne();
        }
    }

    @Test
    void noRowsAreAClearError() {
        assertThatThrownBy(() -> ProfileReader.open(directory.resolve("none.dat")))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("none.dat", "missing", "shard");
    }

    @Test
    void aReaderNeverSeesHalfAnUpdateOfAnotherThread() throws Exception {
        final AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                ProfileStore store = ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE))) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(0));
            final Future<?> writer = threads.submit(() -> {
                for (long n = 1; !stop.get(); n++) {
                    row.beginUpdate();
                    for (int i = 0; i < D; i++) {
                        row.set(i, n);
                    }
                    row.endUpdate(n);
                }
            });
            try (ProfileReader reader = ProfileReader.open(file())) {
                assertThat(readConsistently(reader, 1, 300_000)).isGreaterThan(1000);
            } finally {
                stop.set(true);
            }
            writer.get();
        }
    }

    @Test
    void aReaderNeverSeesHalfAnUpdateOfAnotherProcessNorOfOneThatWasKilled() {
        try (ChildJvm child = ChildJvm.start(Children.RowWriter.class, file())) {
            assertThat(child.line()).isEqualTo("ready");
            try (ProfileReader reader = ProfileReader.open(file())) {
                assertThat(readConsistently(reader, 4, 300_000)).isGreaterThan(1000);
                child.kill("");
                final float[] floats = new float[D];
                int busy = 0;
                for (int subject = 0; subject < 4; subject++) {
                    final int code = reader.read(subject, floats, new RowHeader());
                    busy += code == StoreCode.BUSY ? 1 : 0;
                    assertThat(code).isIn(StoreCode.OK, StoreCode.BUSY);
                }
                assertThat(busy).as("rows torn by the kill").isLessThanOrEqualTo(1);
            }
        }
        try (ProfileStore store = ProfileStore.open(Children.RowWriter.config(file(), Mode.OPEN))) {
            assertThat(store.size()).isEqualTo(4);
            assertThat(store.counters().damaged()).isLessThanOrEqualTo(1);
        }
    }

    /** Reads many versions, checks each, and returns how many different ones there were. */
    private static int readConsistently(final ProfileReader reader, final int subjects, final int reads) {
        final float[] floats = new float[D];
        final RowHeader header = new RowHeader();
        int versions = 0;
        long last = 0;
        for (int n = 0; n < reads; n++) {
            final int code = reader.read(n % subjects, floats, header);
            if (code == StoreCode.BUSY) {
                continue;
            }
            if (code != StoreCode.OK || floats[0] != floats[D - 1] || floats[0] != (float) header.updatedNs()) {
                throw new AssertionError(StoreCode.name(code) + " at " + header.sequence());
            }
            versions += header.updatedNs() == last ? 0 : 1;
            last = header.updatedNs();
        }
        return versions;
    }

    private Path file() {
        return directory.resolve("rows.dat");
    }
}
