package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.ProfileStoreConfig.Mode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProfileReaderTest {
    private static final int D = Children.D;
    private static final int ENOUGH_VERSIONS = 20_000;

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
    void aFileThatIsReadInThisProcessIsNotReplacedUnderItsReader() {
        ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE)).close();
        try (ProfileReader reader = ProfileReader.open(file())) {
            assertThat(reader.size()).isZero();
            assertThatThrownBy(() -> ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("rows.dat", "close that first");
        }
        ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE)).close();
    }

    @Test
    void noRowsAreAClearError() {
        assertThatThrownBy(() -> ProfileReader.open(directory.resolve("none.dat")))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("none.dat", "missing", "shard");
    }

    @Test
    @Timeout(60)
    void aReaderNeverSeesHalfAnUpdateOfAnotherThread() throws Exception {
        final AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                ProfileStore store = ProfileStore.open(Children.RowWriter.config(file(), Mode.CREATE))) {
            final ProfileRow row = store.newRow();
            for (int subject = 0; subject < 4; subject++) {
                store.acquireRow(subject);
            }
            // In turn: one row without a pause between its updates would leave a reader no time to copy it.
            final Future<?> writer = threads.submit(() -> {
                for (long n = 1; !stop.get(); n++) {
                    row.wrap(store.rowAddress(n & 3)).beginUpdate();
                    for (int i = 0; i < D; i++) {
                        row.set(i, (float) n);
                    }
                    row.endUpdate(n);
                }
            });
            try (ProfileReader reader = ProfileReader.open(file())) {
                readConsistently(reader);
            } finally {
                stop.set(true);
                // Before the store closes: the writer has bare addresses.
                writer.get();
            }
        }
    }

    @Test
    @Timeout(60)
    void aReaderNeverSeesHalfAnUpdateOfAnotherProcessNorOfOneThatWasKilled() {
        try (ChildJvm child = ChildJvm.start(Children.RowWriter.class, file())) {
            assertThat(child.line()).isEqualTo("ready");
            try (ProfileReader reader = ProfileReader.open(file())) {
                readConsistently(reader);
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

    /** Reads until enough different versions were seen, each of them whole. */
    private static void readConsistently(final ProfileReader reader) {
        final float[] floats = new float[D];
        final RowHeader header = new RowHeader();
        int versions = 0;
        long last = 0;
        for (long n = 0; versions < ENOUGH_VERSIONS; n++) {
            final int code = reader.read(n & 3, floats, header);
            if (code == StoreCode.BUSY) {
                continue;
            }
            if (code != StoreCode.OK || !whole(floats, header.updatedNs())) {
                throw new AssertionError(StoreCode.name(code) + " at " + header.sequence() + Arrays.toString(floats));
            }
            versions += header.updatedNs() == last ? 0 : 1;
            last = header.updatedNs();
        }
    }

    private static boolean whole(final float[] floats, final long updatedNs) {
        for (final float value : floats) {
            if (value != (float) updatedNs) {
                return false;
            }
        }
        return true;
    }

    private Path file() {
        return directory.resolve("rows.dat");
    }
}
