package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.ProfileStoreConfig.Mode;
import io.tagma.store.TierLedger.Tier;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that go to the archive and come back. */
class TieredStoreTest {
    @TempDir
    Path directory;

    private record Expected(IntBuffer bits, long updatedNs, long updates, long digest) {}

    @ParameterizedTest
    @CsvSource({"1, 5, 200, 3000", "2, 16, 16, 2500", "3, 1, 300, 2500", "4, 300, 100, 1200", "5, 16, 1000, 3000"})
    void aRowIsTheSameAfterAnyTrip(final long seed, final int dimension, final int warm, final int subjects) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Long, Expected> oracle = new HashMap<>();
        try (ProfileStore store = open(subjects, dimension, warm)) {
            final ProfileRow row = store.newRow();
            for (int i = 0; i < 40_000; i++) {
                final double skewed = random.nextDouble();
                final long subject = ((long) (skewed * skewed * skewed * subjects)) * 0x1_0000_0001L;
                if (random.nextInt(4) == 0) {
                    final long address = store.rowAddress(subject);
                    assertThat(address != 0).isEqualTo(oracle.containsKey(subject));
                    if (address != 0) {
                        requireSame(store, row.wrap(address), of(oracle, subject));
                    }
                } else {
                    row.wrap(store.acquireRow(subject));
                    if (oracle.containsKey(subject)) {
                        requireSame(store, row, of(oracle, subject));
                    }
                    if (random.nextInt(8) != 0) { // some rows are made and never updated
                        update(row, random, i);
                    }
                    oracle.put(subject, expected(row));
                }
            }
            requireAll(store, oracle);
            final TierLedger ledger = store.ledger();
            assertThat(store.size()).isEqualTo(oracle.size());
            assertThat(ledger.warmRows()).isEqualTo(warm);
            assertThat(ledger.coldRows()).isEqualTo(oracle.size() - warm);
            assertThat(ledger.promotions()).isGreaterThan(1000);
            assertThat(ledger.compactedSegments()).isPositive();
            assertThat(ledger.damagedBlocks()).isZero();
            requireBudgets(ledger);
            assertThat(fileBytes()).isLessThanOrEqualTo(ledger.used(Tier.COLD_FILES));
        }
    }

    @Test
    void twoHundredThousandSubjectsWithTwentyThousandWarm() {
        final int subjects = 200_000;
        try (ProfileStore store = open(subjects, 16, 20_000)) {
            final ProfileRow row = store.newRow();
            long digests = 0;
            for (int round = 1; round <= 2; round++) {
                for (long subject = 0; subject < subjects; subject++) {
                    row.wrap(store.acquireRow(subject));
                    assertThat(row.updates()).isEqualTo(round - 1);
                    row.beginUpdate();
                    row.set(round, (float) subject);
                    digests += row.endUpdate(round);
                }
            }
            final long[] sum = new long[2];
            store.forEachRow((final long address) -> {
                sum[0] += Memory.getLong(address + RowLayout.DIGEST);
                sum[1]++;
            });
            assertThat(sum).containsExactly(digests, subjects);
            requireBudgets(store.ledger());
            assertThat(store.ledger().used(Tier.COLD_MEMORY) / (double) subjects)
                    .isLessThan(16);
        }
    }

    @Test
    @Tag("slow")
    void tenMillionSubjectsWithOneMillionWarmInTwoGibibytes() {
        try (ChildJvm child = ChildJvm.start(TierScale.class, directory, 10_000_000, 1_000_000)) {
            final String figures = child.lineAfter("load_us");
            assertThat(Integer.parseInt(
                            figures.replaceAll(".*resident_mib ", "").trim()))
                    .as(figures)
                    .isBetween(200, 2048);
        }
    }

    @Test
    void theBoundOnRowsCountsAllTiers() {
        try (ProfileStore store = open(100, 4, 16)) {
            for (long subject = 0; subject < 100; subject++) {
                assertThat(store.acquireRow(subject)).isPositive();
            }
            assertThat(store.acquireRow(100)).isEqualTo(StoreCode.FULL);
            assertThat(store.acquireRow(3)).isPositive();
            assertThat(store.counters().refused()).isEqualTo(1);
            assertThat(store.counters().rows()).isEqualTo(100);
        }
    }

    @Test
    void anArchiveThatMayNotGrowIsACodeAndLosesNothing() {
        final TierConfig tiers = new TierConfig(directory.resolve("archive"), 16, 20_000);
        final Map<Long, Expected> oracle = new HashMap<>();
        final SplittableRandom random = new SplittableRandom(9);
        try (ProfileStore store = ProfileStore.open(config(100_000, 16).withTiers(tiers))) {
            final ProfileRow row = store.newRow();
            long subject = 0;
            for (long address = store.acquireRow(subject); address > 0; address = store.acquireRow(subject)) {
                update(row.wrap(address), random, subject);
                oracle.put(subject++, expected(row));
            }
            assertThat(store.acquireRow(subject)).isEqualTo(StoreCode.FULL);
            assertThat(oracle).hasSizeGreaterThan(100);
            requireAll(store, oracle);
            requireBudgets(store.ledger());
        }
    }

    @Test
    void everyFlippedByteIsFoundAndNamedAndNoneIsServed() throws IOException {
        final SplittableRandom random = new SplittableRandom(77);
        final Map<Long, Expected> oracle = new HashMap<>();
        try (ProfileStore store = open(3000, 16, 16)) {
            final ProfileRow row = store.newRow();
            for (long subject = 0; subject < 3000; subject++) {
                update(row.wrap(store.acquireRow(subject)), random, subject);
                oracle.put(subject, expected(row));
            }
            final List<Path> files = files();
            assertThat(files).hasSizeGreaterThan(5);
            assertThat(check()).isEmpty();
            for (int i = 0; i < 100; i++) {
                flipOne(files.get(random.nextInt(files.size())), random);
            }
            final Path victim = files.getFirst();
            flip(victim, ArchiveLayout.HEADER_LENGTH + 100);
            final List<Damage> found = check();
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().file()).isEqualTo(victim.toString());
            assertThat(found.getFirst().offset()).isEqualTo(ArchiveLayout.HEADER_LENGTH);
            int damaged = 0;
            for (final Map.Entry<Long, Expected> each : oracle.entrySet()) {
                final long address = store.rowAddress(each.getKey());
                if (address == StoreCode.DAMAGED) {
                    damaged++;
                    assertThat(store.acquireRow(each.getKey())).isEqualTo(StoreCode.DAMAGED);
                    assertThat(String.valueOf(store.archiveDamage())).contains(victim.toString(), "byte 64");
                } else {
                    requireSame(store, row.wrap(address), each.getValue());
                }
            }
            assertThat(damaged).isBetween(1, ArchiveLayout.MOST_ROWS);
            assertThat(store.ledger().damagedBlocks()).isPositive();
            assertThatThrownBy(() -> store.forEachRow((final long address) -> {}))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(victim.toString());
        }
    }

    /** Flips a byte, has it found, and flips it back. */
    private void flipOne(final Path file, final SplittableRandom random) throws IOException {
        final long at = random.nextLong(Files.size(file));
        flip(file, at);
        final List<Damage> found = check();
        flip(file, at);
        assertThat(found).as("byte %s of %s", at, file).isNotEmpty();
        assertThat(found).allSatisfy(damage -> assertThat(damage.file()).isEqualTo(file.toString()));
        assertThat(found).anySatisfy(damage -> assertThat(damage.offset()).isBetween(0L, at));
    }

    private static void flip(final Path path, final long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            final int old = file.read();
            file.seek(at);
            file.write(old ^ 0x10);
        }
    }

    @Test
    void aSegmentThatIsCutShortIsDamaged() throws IOException {
        try (ProfileStore store = open(3000, 16, 16)) {
            for (long subject = 0; subject < 3000; subject++) {
                store.acquireRow(subject);
            }
            final Path victim = files().getFirst();
            try (RandomAccessFile file = new RandomAccessFile(victim.toFile(), "rw")) {
                file.setLength(ArchiveLayout.HEADER_LENGTH + 50);
            }
            assertThat(check()).isNotEmpty();
            final Set<Long> codes = new HashSet<>();
            for (long subject = 0; subject < 3000; subject++) {
                codes.add(Math.min(store.rowAddress(subject), 1));
            }
            assertThat(codes).containsExactlyInAnyOrder(1L, (long) StoreCode.DAMAGED);
        }
    }

    @Test
    void whatAKilledProcessLeftIsDropped() throws IOException {
        try (ChildJvm child = ChildJvm.start(Children.TierWriter.class, directory)) {
            child.lineAfter("compacted");
            child.kill("");
        }
        assertThat(files()).hasSizeGreaterThan(2);
        // Whole blocks of a killed process are whole, and a torn tail is no damage.
        assertThat(check()).isEmpty();
        try (ProfileStore store = ProfileStore.open(Children.TierWriter.config(directory))) {
            assertThat(store.size()).isZero();
            try (Stream<Path> left = Files.list(directory.resolve("archive"))) {
                assertThat(left).hasSize(1);
            }
            assertThat(store.rowAddress(1)).isZero();
        }
    }

    @Test
    void aReaderInAnotherProcessNeverSeesAnotherSubjectsRow() {
        final int subjects = 300;
        final long[] last = new long[subjects];
        final int[] seen = new int[3];
        try (ChildJvm child = ChildJvm.start(Children.TierWriter.class, directory)) {
            child.lineAfter("ready");
            final float[] floats = new float[Children.D];
            final RowHeader header = new RowHeader();
            try (ProfileReader reader = ProfileReader.open(directory.resolve("rows.dat"))) {
                for (int i = 0; i < 400_000; i++) {
                    // Mostly those that are warm now and then
                    final int subject = (int) (i * 31L % subjects);
                    final int code = reader.read(subject, floats, header);
                    assertThat(code).isIn(StoreCode.OK, StoreCode.MISSING, StoreCode.BUSY);
                    if (code == StoreCode.OK) {
                        final long time = header.updatedNs();
                        seen[time == 0 ? 2 : 0]++;
                        assertThat(header.subject()).isEqualTo(subject);
                        // A row between its making and its first update is as good a version as any; an older one than
                        // was seen before is not.
                        assertThat(time).isGreaterThanOrEqualTo(last[subject]);
                        last[subject] = time;
                        for (final float f : floats) {
                            assertThat(f).isEqualTo(Children.TierWriter.value(subject, time));
                        }
                    } else if (code == StoreCode.MISSING) {
                        seen[1]++;
                    }
                }
            }
            child.kill("");
        }
        assertThat(seen[0]).isGreaterThan(1000);
        assertThat(seen[1]).isGreaterThan(1000);
        assertThat(seen[2]).isGreaterThan(1000);
        for (int subject = 0; subject < subjects; subject++) {
            assertThat(last[subject] == 0 || !Children.TierWriter.staysFresh(subject))
                    .isTrue();
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> TierConfig.of(directory, 15)).hasMessageContaining("warmRows must be at least 16: 15");
        assertThatThrownBy(() -> new TierConfig(directory, 16, -1)).hasMessageContaining("coldBytes");
        assertThatThrownBy(() -> new ProfileStoreConfig(directory.resolve("rows.dat"), 100, 4, 1, 0, Mode.OPEN)
                        .withTiers(TierConfig.of(directory, 16)))
                .hasMessageContaining("mode must be CREATE");
        assertThatThrownBy(() -> ProfileStore.open(
                        config(100, 4).withTiers(new TierConfig(directory.resolve("archive"), 16, 10))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("coldBytes");
        assertThat(config(16, 4).withTiers(TierConfig.of(directory, 16)).tiers())
                .isNull();
    }

    private ProfileStoreConfig config(final int maxRows, final int dimension) {
        return new ProfileStoreConfig(directory.resolve("rows.dat"), maxRows, dimension, 7, 3, Mode.CREATE);
    }

    private ProfileStore open(final int maxRows, final int dimension, final int warm) {
        return ProfileStore.open(
                config(maxRows, dimension).withTiers(TierConfig.of(directory.resolve("archive"), warm)));
    }

    private static void update(final ProfileRow row, final SplittableRandom random, final long timeNs) {
        row.beginUpdate();
        row.set(random.nextInt(row.dimension()), Float.intBitsToFloat(random.nextInt()));
        row.endUpdate(timeNs);
    }

    private static Expected of(final Map<Long, Expected> oracle, final long subject) {
        return Objects.requireNonNull(oracle.get(subject));
    }

    private static Expected expected(final ProfileRow row) {
        return new Expected(bits(row), row.updatedNs(), row.updates(), row.digest());
    }

    private static IntBuffer bits(final ProfileRow row) {
        final int[] bits = new int[row.dimension()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Memory.getInt(row.address() + RowLayout.HEADER_LENGTH + 4L * i);
        }
        return IntBuffer.wrap(bits);
    }

    private static void requireSame(final ProfileStore store, final ProfileRow row, final Expected expected) {
        assertThat(row.updatedNs()).isEqualTo(expected.updatedNs());
        assertThat(row.updates()).isEqualTo(expected.updates());
        assertThat(row.digest()).isEqualTo(expected.digest());
        assertThat(bits(row)).isEqualTo(expected.bits());
        assertThat(store.check(row.address())).isEqualTo(StoreCode.OK);
    }

    private static void requireAll(final ProfileStore store, final Map<Long, Expected> oracle) {
        final ProfileRow row = store.newRow();
        final Set<Long> seen = new HashSet<>();
        store.forEachRow((final long address) -> {
            row.wrap(address);
            assertThat(seen.add(row.subject())).isTrue();
            requireSame(store, row, of(oracle, row.subject()));
        });
        assertThat(seen).isEqualTo(oracle.keySet());
        store.forEachRow((subject, updatedNs, floats) -> {
            assertThat(updatedNs).isEqualTo(of(oracle, subject).updatedNs());
            seen.remove(subject);
        });
        assertThat(seen).isEmpty();
    }

    private static void requireBudgets(final TierLedger ledger) {
        for (final Tier tier : List.of(Tier.WARM, Tier.COLD_MEMORY, Tier.COLD_FILES)) {
            assertThat(ledger.used(tier)).as("%s", tier).isBetween(1L, ledger.peak(tier));
            assertThat(ledger.peak(tier)).as("%s", tier).isLessThanOrEqualTo(ledger.budget(tier));
        }
    }

    private List<Damage> check() {
        final List<Damage> found = new ArrayList<>();
        new ArchiveCheck(found::add).directory(directory.resolve("archive"));
        return found;
    }

    /** Sealed segments in order. */
    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("archive"))) {
            return entries.filter(file -> file.toString().endsWith(ArchiveLayout.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private long fileBytes() {
        try (Stream<Path> entries = Files.list(directory.resolve("archive"))) {
            return entries.mapToLong(file -> file.toFile().length()).sum();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }
}
