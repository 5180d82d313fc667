package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.ProfileStoreConfig.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileStoreTest {
    @TempDir
    Path directory;

    @Test
    void updatesAreReadBackAndSurviveReopening() {
        final long digest;
        try (ProfileStore store = ProfileStore.open(config(100, 16, Mode.CREATE))) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(-5));
            assertThat(row.subject()).isEqualTo(-5);
            assertThat(row.digest()).isZero();
            assertThat(row.updates()).isZero();
            final long first = update(row, 3, 1.5f, 10);
            final long second = update(row, 4, -0.0f, 20);
            digest = row.digest();
            assertThat(first + second).as("deltas add up to the digest").isEqualTo(digest);
            assertThat(digest).isEqualTo(Digest.ofRow(row.address() + RowLayout.HEADER_LENGTH, 16, -5));
            assertThat(row.updates()).isEqualTo(2);
            assertThat(store.check(row.address())).isEqualTo(StoreCode.OK);
            assertThat(store.acquireRow(-5)).isEqualTo(row.address());
            assertThat(store.rowAddress(6)).isZero();
        }
        try (ProfileStore store = ProfileStore.open(config(100, 16, Mode.OPEN))) {
            final ProfileRow row = store.newRow().wrap(store.rowAddress(-5));
            assertThat(row.get(3)).isEqualTo(1.5f);
            assertThat(row.updatedNs()).isEqualTo(20);
            assertThat(row.digest()).isEqualTo(digest);
            assertThat(store.size()).isOne();
            assertThat(store.counters().damaged()).isZero();
        }
    }

    @Test
    void createReplacesWhatWasThere() {
        try (ProfileStore store = ProfileStore.open(config(100, 16, Mode.CREATE))) {
            store.acquireRow(1);
        }
        try (ProfileStore store = ProfileStore.open(config(100, 8, Mode.CREATE))) {
            assertThat(store.size()).isZero();
            assertThat(store.acquireRow(1)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 240, 1000})
    void rowsLieOnCacheLinesWhateverTheirLength(final int dimension) {
        try (ProfileStore store = ProfileStore.open(config(300, dimension, Mode.CREATE))) {
            final ProfileRow row = store.newRow();
            for (int subject = 0; subject < 300; subject++) {
                row.wrap(store.acquireRow(subject));
                assertThat(row.address() % RowLayout.ALIGNMENT).isZero();
                update(row, dimension - 1, subject, subject);
            }
            store.forEachRow(address -> assertThat(store.check(address)).isEqualTo(StoreCode.OK));
            assertThat(store.newRow().wrap(store.rowAddress(17)).get(dimension - 1))
                    .isEqualTo(17);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 5000})
    void fullIsACodeAndWhatIsThereStaysUsable(final int maxRows) {
        try (ProfileStore store = ProfileStore.open(config(maxRows, 4, Mode.CREATE))) {
            for (long subject = 0; subject < maxRows; subject++) {
                assertThat(store.acquireRow(subject * 1_000_003)).isPositive();
            }
            assertThat(store.acquireRow(-1)).isEqualTo(StoreCode.FULL);
            assertThat(store.rowAddress(-1)).isZero();
            assertThat(store.counters().refused()).isOne();
            assertThat(store.size()).isEqualTo(maxRows);
            assertThat(store.acquireRow(0)).isPositive();
        }
    }

    @Test
    void anotherLayoutIsRefusedWithBothNumbersAndTheWayOut() {
        ProfileStore.open(config(10, 16, Mode.CREATE)).close();
        final Path file = directory.resolve("rows.dat");
        assertThatThrownBy(() -> ProfileStore.open(new ProfileStoreConfig(file, 10, 16, 8, 0, Mode.OPEN)))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("version 7", "version 8", "CREATE", "replay");
        assertThatThrownBy(() -> ProfileStore.open(config(10, 17, Mode.OPEN)))
                .hasMessageContainingAll("16 floats", "17");
        assertThatThrownBy(() ->
                        ProfileStore.open(new ProfileStoreConfig(directory.resolve("none"), 10, 16, 7, 0, Mode.OPEN)))
                .hasMessageContainingAll("none.layout", "missing");
    }

    @Test
    void aDamagedMapFileIsRefusedByName() throws IOException {
        ProfileStore.open(config(10, 16, Mode.CREATE)).close();
        final Path file = directory.resolve("rows.dat");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[100] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> ProfileStore.open(config(10, 16, Mode.OPEN)))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("rows.dat", "replay");
    }

    @Test
    void aMapThatAKilledProcessLeftLockedIsRefused() throws Exception {
        ProfileStore.open(config(10, 16, Mode.CREATE)).close();
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                RowMap map = RowMap.open(directory.resolve("rows.dat"), 10, 16)) {
            final CountDownLatch locked = new CountDownLatch(1);
            final CountDownLatch refused = new CountDownLatch(1);
            final Future<?> holder = other.submit(() -> map.withFirstSegmentLocked(() -> {
                locked.countDown();
                awaitQuietly(refused);
            }));
            locked.await();
            assertThatThrownBy(() -> ProfileStore.open(config(10, 16, Mode.OPEN)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("left locked", "CREATE", "replay");
            refused.countDown();
            holder.get();
        }
    }

    @Test
    void anyFlippedByteOfARowIsFound() {
        try (ProfileStore store = ProfileStore.open(config(10, 5, Mode.CREATE))) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(1));
            update(row, 0, 2.0f, 5);
            for (int at = RowLayout.SEALED; at < RowLayout.length(5); at++) {
                flip(row.address() + at);
                assertThat(store.check(row.address())).as("byte %d", at).isEqualTo(StoreCode.DAMAGED);
                flip(row.address() + at);
            }
            assertThat(store.check(row.address())).isEqualTo(StoreCode.OK);
        }
    }

    @Test
    void aRowLeftInMidUpdateIsSeenAtOpeningAndHealsWithTheNextUpdate() {
        try (ProfileStore store = ProfileStore.open(config(10, 5, Mode.CREATE))) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(1));
            row.beginUpdate();
            row.set(0, 9.0f);
        }
        try (ProfileStore store = ProfileStore.open(config(10, 5, Mode.OPEN))) {
            final ProfileRow row = store.newRow().wrap(store.rowAddress(1));
            assertThat(store.counters().damaged()).isOne();
            assertThat(store.check(row.address())).isEqualTo(StoreCode.BUSY);
            update(row, 0, 1.0f, 1);
            assertThat(store.check(row.address())).isEqualTo(StoreCode.OK);
        }
    }

    @Test
    void theLayoutOfARowIsTheGoldenOne() throws IOException {
        try (ProfileStore store = ProfileStore.open(config(10, 3, Mode.CREATE))) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(0x0102_0304_0506_0708L));
            row.beginUpdate();
            row.set(0, 1.0f);
            row.set(1, -2.5f);
            row.set(2, 1e-30f);
            row.endUpdate(0x1112_1314_1516_1718L);
            final byte[] bytes = new byte[RowLayout.length(3)];
            Memory.copyToArray(row.address(), bytes, 0, bytes.length);
            assertThat(Golden.lines(bytes)).isEqualTo(Golden.read("profile-row.hex"));
        }
    }

    @Test
    void misuseIsAnExceptionThatSaysWhatWouldDo() {
        assertThatThrownBy(() -> config(0, 16, Mode.CREATE)).hasMessageContaining("maxRows must be 1 to");
        assertThatThrownBy(() -> config(1, 9000, Mode.CREATE)).hasMessageContaining("dimension must be 1 to 8192");
        try (ProfileStore store = ProfileStore.open(config(10, 3, Mode.CREATE))) {
            final ProfileRow row = store.newRow();
            assertThatThrownBy(() -> row.wrap(StoreCode.FULL)).isInstanceOf(IllegalArgumentException.class);
            row.wrap(store.acquireRow(1));
            assertThatThrownBy(() -> row.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private ProfileStoreConfig config(final int maxRows, final int dimension, final Mode mode) {
        return new ProfileStoreConfig(directory.resolve("rows.dat"), maxRows, dimension, 7, 3, mode);
    }

    private static long update(final ProfileRow row, final int i, final float value, final long nowNs) {
        row.beginUpdate();
        row.set(i, value);
        return row.endUpdate(nowNs);
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flip(final long address) {
        final byte[] one = new byte[1];
        Memory.copyToArray(address, one, 0, 1);
        one[0] ^= 0x10;
        Memory.copyFromArray(one, 0, address, 1);
    }

    /** Bytes checked in as lines of 16 in hexadecimal. */
    static final class Golden {
        private Golden() {}

        static String lines(final byte[] bytes) {
            final StringBuilder text = new StringBuilder();
            for (int i = 0; i < bytes.length; i += 16) {
                text.append(HexFormat.ofDelimiter(" ").formatHex(bytes, i, Math.min(bytes.length, i + 16)))
                        .append('\n');
            }
            return text.toString();
        }

        static String read(final String name) throws IOException {
            try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(name), name)) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }
    }
}
