package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the system refuses or takes away, and what must survive it. */
@Timeout(120)
class FaultTest {
    private static final String TMPFS_SIZE = "160m";

    @TempDir
    Path temp;

    @Test
    void aFullDiskNeitherKillsTheProcessNorTheJournal() throws IOException, InterruptedException {
        final Path disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=" + TMPFS_SIZE, "none", disk.toString()) == 0,
                "this user may not mount a tmpfs");
        final Path journal = disk.resolve("journal");
        try (ChildJvm child = ChildJvm.start(Children.FullDiskWriter.class, journal, disk.resolve("ballast"))) {
            final long acked = Long.parseLong(child.lineAfter("acked "));
            assertThat(child.lineAfter("full ")).startsWith("NO_SPACE");
            assertThat(child.lineAfter("failures ")).isEqualTo("1");
            // The disk was freed: the excerpt that was refused is committed after all, and then one more.
            assertThat(Long.parseLong(child.lineAfter("acked "))).isEqualTo(acked + Children.BATCH);
            assertThat(Long.parseLong(child.lineAfter("acked "))).isEqualTo(acked + 2 * Children.BATCH);
            assertThat(child.lineAfter("low ")).isEqualTo("NO_SPACE");
            child.kill("");
            assertThat(lastSequence(journal)).isEqualTo(acked + 2 * Children.BATCH);
        } finally {
            assertThat(command("umount", "-l", disk.toString())).isZero();
        }
    }

    @Test
    void withoutFileDescriptorsAnOpenSaysSoAndWhatWasWrittenStays() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit");
        final Path journal = temp.resolve("journal");
        write(journal, 3);
        try (ChildJvm child = ChildJvm.start(
                List.of("/usr/bin/prlimit", "--nofile=256:256"),
                System.getProperty("java.class.path"),
                Children.DescriptorEater.class.getName(),
                journal,
                temp.resolve("eaten"))) {
            assertThat(child.lineAfter("refused ")).startsWith("StoreException").contains(journal.toString());
            assertThat(child.lineAfter("acked ")).isEqualTo(Integer.toString(4 * Children.BATCH - 1));
        }
        assertThat(lastSequence(journal)).isEqualTo(4 * Children.BATCH - 1);
    }

    @Test
    void aJournalThatWasCutShortGivesWhatIsThereAndNamesTheRest() throws IOException {
        final Path journal = temp.resolve("journal");
        write(journal, 400);
        final Path file = QueueCheck.children(journal, "*.cq4").getFirst();
        final long end = lastExcerptAt(journal);
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.setLength(end + 20);
        }
        long whole = 0;
        long damaged = 0;
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                if (code == TailerCode.EXCERPT) {
                    assertThat(tailer.ordinal()).isEqualTo(whole);
                    whole++;
                } else {
                    damaged++;
                }
            }
        }
        assertThat(whole).isEqualTo(399);
        assertThat(damaged).isPositive();
    }

    @Test
    void aMapThatWasCutShortIsNamedAndMadeAnew() throws IOException {
        final Path file = temp.resolve("shard-0.dat");
        try (ProfileStore rows = ProfileStore.open(Children.RowWriter.config(file, ProfileStoreConfig.Mode.CREATE))) {
            rows.acquireRow(1);
        }
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.setLength(100);
        }
        assertThatThrownBy(() -> ProfileReader.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
        try (ProfileStore rows = ProfileStore.open(Children.RowWriter.config(file, ProfileStoreConfig.Mode.CREATE))) {
            assertThat(rows.acquireRow(1)).isPositive();
        }
    }

    @Test
    void aReadOnlyDirectoryIsReadAndNotOpened() throws IOException, InterruptedException {
        final Path disk = Files.createDirectory(temp.resolve("disk"));
        final Path engine = temp.resolve("engine");
        try (StoreDirectory directory = StoreDirectory.open(engine)) {
            write(directory.journal(0), 3);
            Integrity.seal(directory);
        }
        // Modes do not bind a superuser: a read-only mount does.
        assumeTrue(
                command("mount", "--bind", "-o", "ro", engine.toString(), disk.toString()) == 0,
                "this user may not mount");
        try {
            assertThat(lastSequence(disk.resolve("journal/shard-0"))).isEqualTo(3 * Children.BATCH - 1);
            assertThat(new StoreVerifier(disk).verify().damage()).isEmpty();
            assertThatThrownBy(() -> StoreDirectory.open(disk))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(disk.toString());
        } finally {
            assertThat(command("umount", "-l", disk.toString())).isZero();
        }
    }

    private static int command(final String... words) throws IOException, InterruptedException {
        try {
            final Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static void write(final Path journal, final int excerpts) {
        try (JournalAppender appender = JournalAppender.open(JournalConfig.of(journal))) {
            for (int i = 0; i < excerpts; i++) {
                Children.JournalWriter.append(appender, (long) i * Children.BATCH, Children.BATCH);
                assertThat(appender.commit()).isPositive();
            }
        }
    }

    private static long lastExcerptAt(final Path journal) throws IOException {
        final Path file = QueueCheck.children(journal, "*.cq4").getFirst();
        final byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(1 << 20);
        }
        for (int at = bytes.length - 4; at >= 0; at -= 4) {
            if (bytes[at] == 'T' && bytes[at + 1] == 'G' && bytes[at + 2] == 'J' && bytes[at + 3] == '1') {
                return at;
            }
        }
        throw new AssertionError("no excerpt in " + file);
    }

    private static long lastSequence(final Path journal) {
        long next = 0;
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                assertThat(code).as("%s", tailer.damage()).isEqualTo(TailerCode.EXCERPT);
                next += tailer.count();
            }
        }
        return next - 1;
    }
}
