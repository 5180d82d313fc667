package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void isHeldByOneProcessThatToolsMayReadBesideWhateverTheUmask() throws IOException {
        final Path root = parent.resolve("engine");
        final List<String> openToAll = List.of("/bin/sh", "-c", "umask 000; exec \"$@\"", "sh");
        try (ChildJvm holder = ChildJvm.start(
                openToAll, System.getProperty("java.class.path"), Children.DirectoryHolder.class.getName(), root)) {
            assertThat(holder.line()).isEqualTo("held");
            assertOwnerOnly(root);
            final Map<Path, String> before = snapshot(root);
            assertThatThrownBy(() -> StoreDirectory.open(root))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll(root.toString(), "process " + holder.pid(), "close that engine");
            readAll(root, holder.pid());
            assertThat(snapshot(root)).as("reading changes and creates nothing").isEqualTo(before);
            holder.kill("");
        }
        try (StoreDirectory again = StoreDirectory.open(root)) {
            assertThat(again.owner()).isTrue();
            assertThat(again.holderPid()).hasValue(ProcessHandle.current().pid());
        }
    }

    private static void readAll(final Path root, final long holder) {
        try (StoreDirectory tool = StoreDirectory.attach(root);
                JournalTailer journal = JournalTailer.open(tool.journal(0));
                AuditTailer audit = AuditTailer.open(tool.audit(0));
                ProfileReader rows = ProfileReader.open(tool.profiles(0))) {
            assertThat(tool.owner()).isFalse();
            assertThat(tool.shards()).isOne();
            assertThat(tool.holderPid()).hasValue(holder);
            for (int i = 0; i < 3; i++) {
                assertThat(journal.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(audit.next()).isTrue();
            }
            final float[] floats = new float[rows.dimension()];
            assertThat(rows.read(42, floats, new RowHeader())).isEqualTo(StoreCode.OK);
            assertThat(floats[0]).isEqualTo(4.5f);
        }
    }

    @Test
    void aSecondEngineInThisProcessIsRefusedAndDoesNotLoseTheFirstItsLock() {
        final Path root = parent.resolve("engine");
        try (StoreDirectory first = StoreDirectory.open(root)) {
            final String self = String.valueOf(ProcessHandle.current().pid());
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContainingAll("this process", self);
            }
            try (StoreDirectory tool = StoreDirectory.attach(root)) {
                assertThat(tool.holderPid()).hasValue(ProcessHandle.current().pid());
            }
            try (ChildJvm other = ChildJvm.start(Children.DirectoryHolder.class, root)) {
                assertThat(other.rest()).as("refused, so nothing printed").isEmpty();
            }
            assertThat(first.journal(1)).isDirectory();
        }
        StoreDirectory.open(root).close();
        try (StoreDirectory tool = StoreDirectory.attach(root)) {
            assertThat(tool.holderPid()).isEmpty();
        }
    }

    /** In containers each engine has the same id, and one outside of them means nothing there. */
    @Test
    void itIsHeldByWhoLockedItAndNotByWhoeverHasTheIdOfOneThatDid() throws IOException {
        final Path root = parent.resolve("engine");
        StoreDirectory.open(root).close();
        final long parentOfAll = 1;
        for (final long pid : new long[] {ProcessHandle.current().pid(), parentOfAll}) {
            Files.writeString(root.resolve("lock"), "pid=" + pid + "\n");
            StoreDirectory.requireFree(root);
            try (StoreDirectory tool = StoreDirectory.attach(root)) {
                assertThat(tool.holderPid()).isEmpty();
            }
            StoreDirectory.open(root).close();
        }
    }

    /** The system takes a process's lock away as soon as it closes any descriptor of the file. */
    @Test
    void whoAsksForTheHolderNeitherTakesTheLockAwayNorKeepsItFromAnybody() throws Exception {
        final Path root = parent.resolve("engine");
        StoreDirectory.open(root).close();
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread asker = Thread.ofPlatform().start(() -> {
            try (StoreDirectory tool = StoreDirectory.attach(root)) {
                while (!stop.get()) {
                    tool.holderPid();
                }
            }
        });
        try (ChildJvm other = ChildJvm.start(Children.HolderAsker.class, root)) {
            assertThat(other.line()).isEqualTo("asking");
            final long self = ProcessHandle.current().pid();
            for (int i = 0; i < 1_000; i++) {
                try (StoreDirectory mine = StoreDirectory.open(root)) {
                    assertThat(mine.holderPid()).hasValue(self);
                    other.say("");
                    assertThat(other.line()).isEqualTo(Long.toString(self));
                }
            }
        } finally {
            stop.set(true);
            asker.join();
        }
    }

    @Test
    void anotherLayoutVersionAndForeignDirectoriesAreRefused() throws IOException {
        final Path root = parent.resolve("engine");
        StoreDirectory.open(root).close();
        Files.writeString(root.resolve("layout"), "tagma-directory 99\n");
        assertThatThrownBy(() -> StoreDirectory.open(root))
                .hasMessageContainingAll(
                        root.toString(), "tagma-directory 99", "tagma-directory 1", "version that wrote it");
        assertThatThrownBy(() -> StoreDirectory.attach(root)).hasMessageContaining("tagma-directory 99");

        final Path foreign = Files.createDirectory(parent.resolve("documents"));
        Files.writeString(foreign.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> StoreDirectory.open(foreign)).hasMessageContainingAll("documents", "not empty");
        assertThatThrownBy(() -> StoreDirectory.attach(foreign)).hasMessageContaining("no engine's directory");
        assertThatThrownBy(() -> StoreDirectory.open(foreign.resolve("letter.txt")))
                .hasMessageContaining("is a file");
        assertThat(foreign.resolve("lock")).doesNotExist();
    }

    @Test
    void pathsStayInsideAndShardsAreNotNegative() {
        try (StoreDirectory directory = StoreDirectory.open(parent.resolve("engine"))) {
            assertThatThrownBy(() -> directory.file(directory.hlog(), "../../x"))
                    .hasMessageContaining("outside");
            assertThatThrownBy(() -> directory.journal(-1)).hasMessageContaining("-1");
            assertThat(directory.file(directory.hlog(), "a.hlog")).isRegularFile();
        }
    }

    private static void assertOwnerOnly(final Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            final Map<String, Integer> kinds = new TreeMap<>();
            all.forEach(path -> {
                final boolean directory = Files.isDirectory(path);
                kinds.merge(directory ? "/" : path.toString().replaceAll(".*\\.", "."), 1, Integer::sum);
                try {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .as("%s", path)
                            .isEqualTo(directory ? "rwx------" : "rw-------");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(kinds).containsKeys(".cq4", ".cq4t", ".dat", ".hlog", ".layout");
            assertThat(kinds.get(".cq4")).as("journal and audit have rolled").isGreaterThanOrEqualTo(4);
        }
    }

    /** Size and time of change of each file. The map's locks live in its file, so of that only the size. */
    private static Map<Path, String> snapshot(final Path root) throws IOException {
        final Map<Path, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (final Path path : all.filter(Files::isRegularFile).toList()) {
                final FileTime changed = Files.getLastModifiedTime(path);
                state.put(path, Files.size(path) + (path.toString().endsWith(".dat") ? "" : " " + changed));
            }
        }
        return state;
    }
}
