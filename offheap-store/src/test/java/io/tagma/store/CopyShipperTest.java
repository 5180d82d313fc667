package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.copy.CopyShipper;
import io.tagma.store.copy.CopyStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a copy holds, while its original lives, after the owner was killed, and after the copy's disk was away. */
class CopyShipperTest {
    private static final long START_NS = 1_700_000_000_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000;
    private static final int EXCERPTS = 3_000;

    @TempDir
    Path temp;

    private Path source;
    private Path near;
    private Path far;
    private long nowNs = START_NS;

    @BeforeEach
    void makeDirectories() throws IOException {
        source = temp.resolve("engine");
        near = Files.createDirectory(temp.resolve("near"));
        far = Files.createDirectory(temp.resolve("far"));
    }

    @Test
    void theCopyOfAKilledOwnerIsAPrefixAndBecomesTheWhole() {
        long shipped = 0;
        try (ChildJvm child = ChildJvm.start(CopyingOwner.class, source, near)) {
            for (int i = 0; i < 200; i++) {
                shipped = Long.parseLong(child.lineAfter("shipped "));
            }
            final String last = child.kill("shipped "); // nothing, or a number that the kill may have cut
            shipped = last.isEmpty() ? shipped : Math.max(shipped, Long.parseLong(last));
        }
        final long original = lastSequence(source);
        final long copied = lastSequence(near);
        assertThat(copied).isBetween(shipped, original).isPositive();

        try (CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
            shipUntilCurrent(shipper);
            assertThat(shipper.status().getFirst().failures()).isZero();
        }
        assertThat(lastSequence(near)).isEqualTo(original);
    }

    /** What a journal's order names is in a copy before the order is. */
    @Test
    void publishedFilesComeBeforeTheJournal() throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(source);
                CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
            append(directory, shipper, 100);
            shipUntilCurrent(shipper);
            final long before = lastSequence(near);
            final String name = PublishedFile.write(source.resolve(StoreDirectory.PUBLISHED), out -> {
                for (int i = 0; i < 1 << 20; i++) {
                    out.putInt(i);
                }
            });
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0))
                    .rollEvery(RollEvery.SECOND)
                    .clock(() -> nowNs))) {
                Children.JournalWriter.append(journal, before + 1, Children.BATCH);
                assertThat(journal.commit()).isPositive();
            }
            final Path copy = PublishedFile.path(near.resolve(StoreDirectory.PUBLISHED), name);
            int steps = 0;
            while (lastSequence(near) == before) {
                assertThat(steps++).isLessThan(1_000);
                nowNs += SECOND_NS;
                shipper.doWork();
            }
            assertThat(copy).hasSameBinaryContentAs(PublishedFile.path(source.resolve(StoreDirectory.PUBLISHED), name));
        }
    }

    /** A copy that was seeded from a closed engine's directory has that one's manifest, which would have what is shipped undone. */
    @Test
    void aCopyThatGoesOnFromAClosedDirectoryTakesItsManifestAway() throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(source)) {
            try (CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
                append(directory, shipper, 100);
                shipUntilCurrent(shipper);
            }
            try (StoreDirectory copy = StoreDirectory.open(near)) {
                Integrity.seal(copy);
            }
            assertThat(near.resolve("integrity/index")).exists();
            try (CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
                nowNs += SECOND_NS;
                shipper.doWork();
                assertThat(near.resolve("integrity/index")).doesNotExist();
            }
        }
    }

    @Test
    void aCopyFollowsOverRollsAndCanBeSearchedAndLaunchedFrom() throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(source);
                CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
            append(directory, shipper, EXCERPTS);
            final Path snapshot = SnapshotFiles.file(directory.snapshots(0), 7);
            Files.write(snapshot, new byte[3 << 20]);
            shipUntilCurrent(shipper);
            assertThat(near.resolve(source.relativize(snapshot))).hasSameBinaryContentAs(snapshot);
        }
        assertThat(queueFiles(near)).hasSizeGreaterThan(2).isEqualTo(queueFiles(source));
        assertThat(lastSequence(near)).isEqualTo((long) EXCERPTS * Children.BATCH - 1);
        try (StoreDirectory copy = StoreDirectory.open(near);
                JournalTailer tailer = JournalTailer.open(copy.journal(0))) {
            assertThat(tailer.toSequence(20_000)).isTrue();
            assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
            assertThat(tailer.firstSequence()).isEqualTo(20_000);
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(copy.journal(0))
                    .rollEvery(RollEvery.SECOND)
                    .clock(() -> nowNs))) {
                Children.JournalWriter.append(journal, (long) EXCERPTS * Children.BATCH, Children.BATCH);
                assertThat(journal.commit()).isPositive();
            }
        }
        assertThat(lastSequence(near)).isEqualTo((EXCERPTS + 1L) * Children.BATCH - 1);
        try (Stream<Path> all = Files.walk(near)) {
            for (final Path path : all.skip(1).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as("%s", path)
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void aLostRootIsGivenUpAndComesBackWhileTheOtherGoesOn() throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(source);
                CopyShipper shipper = CopyShipper.open(source, List.of(near, far), () -> nowNs)) {
            append(directory, shipper, 100);
            shipUntilCurrent(shipper);
            remove(far);
            nowNs += SECOND_NS;
            shipper.doWork();
            for (int i = 0; i < 3; i++) {
                shipper.doWork();
            }
            final CopyStatus lost = shipper.status().get(1);
            assertThat(lost.ok()).isFalse();
            assertThat(lost.failures()).isEqualTo(1);
            assertThat(lost.lastFailure()).contains(far.toString());
            assertThat(lost.lagBytes()).isPositive();
            assertThat(lost.lagMs()).isPositive();
            assertThat(shipper.status().getFirst().ok()).isTrue();
            assertThat(shipper.status().getFirst().lagBytes()).isZero();

            // What is mounted in its place has been an engine's directory.
            final Path index = Files.createDirectories(far.resolve("integrity")).resolve("index");
            Files.createFile(index);
            nowNs += 2 * SECOND_NS;
            shipUntilCurrent(shipper);
            assertThat(shipper.status().get(1).ok()).isTrue();
            assertThat(index).doesNotExist();
        }
        assertThat(lastSequence(far)).isEqualTo(100L * Children.BATCH - 1);
        assertThat(lastSequence(near)).isEqualTo(100L * Children.BATCH - 1);
    }

    @Test
    void aCopyThatHoldsSomethingElseIsPutAsideNotOverwritten() throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(source)) {
            try (CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
                append(directory, shipper, 100);
                shipUntilCurrent(shipper);
            }
            final Path file = near.resolve(queueFiles(near).getFirst());
            damageLastExcerpt(file);
            final byte[] damaged = Files.readAllBytes(file);
            try (CopyShipper shipper = CopyShipper.open(source, List.of(near), () -> nowNs)) {
                shipper.doWork();
                assertThat(shipper.status().getFirst().lastFailure()).contains("something else than the original");
                nowNs += 2 * SECOND_NS;
                shipUntilCurrent(shipper);
            }
            assertThat(lastSequence(near)).isEqualTo(100L * Children.BATCH - 1);
            try (Stream<Path> files = Files.list(file.resolveSibling(""))) {
                final Path aside = files.filter(path -> path.toString().contains(".aside-"))
                        .findFirst()
                        .orElseThrow();
                assertThat(Files.readAllBytes(aside)).isEqualTo(damaged);
            }
        }
    }

    @Test
    void aRootInsideTheEnginesDirectoryIsRefused() {
        assertThatThrownBy(() -> CopyShipper.open(source, List.of(source.resolve("copy")), () -> nowNs))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("tagma.copyTo")
                .hasMessageContaining("another disk");
    }

    /** Writes a journal and ships it, on one thread, and prints what was committed before each round that ended current. */
    static final class CopyingOwner {
        public static void main(final String[] args) {
            final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            final StoreDirectory directory = StoreDirectory.open(Path.of(args[0]));
            final CopyShipper shipper =
                    CopyShipper.open(directory.root(), List.of(Path.of(args[1])), new OffsetEpochNanoClock());
            final JournalAppender journal =
                    JournalAppender.open(JournalConfig.of(directory.journal(0)).rollEvery(RollEvery.SECOND));
            for (long sequence = 0; ; sequence += Children.BATCH) {
                Children.JournalWriter.append(journal, sequence, Children.BATCH);
                journal.commit();
                shipper.doWork();
                final CopyStatus status = shipper.status().getFirst();
                if (status.lagMs() == 0 && status.lagBytes() == 0) {
                    out.println("shipped " + (sequence + Children.BATCH - 1));
                }
            }
        }
    }

    private void append(final StoreDirectory directory, final CopyShipper shipper, final int excerpts) {
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0))
                .rollEvery(RollEvery.SECOND)
                .clock(() -> nowNs))) {
            for (int i = 0; i < excerpts; i++) {
                nowNs += SECOND_NS / 1_000;
                Children.JournalWriter.append(journal, (long) i * Children.BATCH, Children.BATCH);
                assertThat(journal.commit()).isPositive();
                if (i % 7 == 0) {
                    shipper.doWork();
                }
            }
        }
    }

    private void shipUntilCurrent(final CopyShipper shipper) {
        for (int i = 0; i < 10_000; i++) {
            nowNs += SECOND_NS / 10;
            shipper.doWork();
            if (i > 5 && shipper.status().stream().allMatch(s -> s.ok() && s.lagMs() == 0 && s.lagBytes() == 0)) {
                return;
            }
        }
        throw new AssertionError("never current: " + shipper.status());
    }

    private static void damageLastExcerpt(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            int at = bytes.limit() - 1;
            while (bytes.get(at) == 0) {
                at--;
            }
            at -= 40; // before the word that ends the file
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes.get(at) ^ 0x55)}), at);
        }
    }

    private static List<String> queueFiles(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("journal"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void remove(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Reads all; each excerpt must follow the one before. */
    private static long lastSequence(final Path directory) {
        long next = 0;
        try (StoreDirectory attached = StoreDirectory.attach(directory);
                JournalTailer tailer = JournalTailer.open(attached.journal(0))) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                assertThat(code).as("%s", tailer.damage()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(next);
                next += tailer.count();
            }
        }
        return next - 1;
    }
}
