package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A closed directory with a journal, an audit and rows, and what tests do to it. */
abstract class IntegrityFixture {
    static final int EXCERPTS = 500;
    static final long FIRST_EXCERPTS = 70_000;

    @TempDir
    Path temp;

    Path root;

    @BeforeEach
    void write() throws IOException {
        root = temp.resolve("engine");
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0)))) {
                for (int i = 0; i < EXCERPTS; i++) {
                    Children.JournalWriter.append(journal, (long) i * Children.BATCH, Children.BATCH);
                    journal.commit();
                }
            }
            try (AuditAppender audit = AuditAppender.open(directory.audit(0))) {
                for (int i = 0; i < EXCERPTS; i++) {
                    audit.begin(i, i);
                    audit.text("agent", "velocity").float64("score", i / 8.0);
                    audit.commit();
                }
            }
            try (ProfileStore rows = ProfileStore.open(
                    Children.RowWriter.config(directory.profiles(0), ProfileStoreConfig.Mode.CREATE))) {
                for (int i = 0; i < 100; i++) {
                    final ProfileRow row = rows.newRow().wrap(rows.acquireRow(i));
                    row.beginUpdate();
                    row.set(0, i + 0.5f);
                    row.endUpdate(i);
                }
            }
            assertThat(Integrity.seal(directory)).isGreaterThanOrEqualTo(7);
        }
        assertThat(verify().byManifest()).isTrue();
        assertThat(verify().damage()).isEmpty();
    }

    void unseal() throws IOException {
        Integrity.unseal(root); // as a kill does
    }

    /** A launch, one more excerpt, an orderly close. */
    void append() throws IOException {
        go(root, 1, 1, true);
    }

    /** A launch, some excerpts more, whose numbers tell the launch, and an orderly close or a kill. */
    static void go(final Path root, final int launch, final int excerpts, final boolean orderly) throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory.journal(0)))) {
                for (int i = 0; i < excerpts; i++) {
                    final long first = (EXCERPTS + (long) launch * 1_000 + i) * Children.BATCH;
                    Children.JournalWriter.append(journal, first, Children.BATCH);
                    assertThat(journal.commit()).isPositive();
                }
            }
            if (orderly) {
                Integrity.seal(directory);
            }
        }
    }

    Path copy() throws IOException {
        final Path copy = temp.resolve("copy");
        copy(root, copy);
        return copy;
    }

    /** Over what is there. */
    static void copy(final Path from, final Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file));
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    VerifyReport verify() {
        return new StoreVerifier(root).verify();
    }

    Path journal() {
        return queue("journal");
    }

    Path audit() {
        return queue("audit");
    }

    Path queue(final String kind) {
        try {
            final List<Path> files = QueueCheck.children(root.resolve(kind + "/shard-0"), "*.cq4");
            return files.getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static long sizeOf(final Path file) {
        return file.toFile().length();
    }

    static byte[] head(final Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(1 << 20);
        }
    }

    static long find(final Path file, final float value) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        final int bits = Integer.reverseBytes(Float.floatToRawIntBits(value));
        final var view = java.nio.ByteBuffer.wrap(bytes);
        for (int at = 0; at + 4 <= bytes.length; at += 4) {
            if (view.getInt(at) == bits) {
                return at;
            }
        }
        throw new AssertionError("no " + value);
    }

    static void flip(final Path file, final long at) throws IOException {
        flip(file, at, 0x10);
    }

    static void flip(final Path file, final long at, final int bits) throws IOException {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.seek(at);
            final int value = data.read();
            data.seek(at);
            data.write(value ^ bits);
        }
    }

    static void write(final Path file, final long at, final byte[] bytes) throws IOException {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.seek(at);
            data.write(bytes);
        }
    }
}
