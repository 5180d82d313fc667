package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    private static final int FLOATS = 700_000; // more than two blocks

    @TempDir
    Path directory;

    @Test
    void valuesComeBackAsTheyWentIn() throws IOException {
        final Path file = write(17);

        assertThat(SnapshotReader.verify(file)).isNull();
        try (SnapshotReader in = SnapshotReader.open(file)) {
            assertThat(in.info()).isEqualTo(new SnapshotInfo(file, 3, 17, 0xabcdL, 55));
            in.expect(1);
            assertThat(in.getLong()).isEqualTo(Long.MIN_VALUE);
            final float[] floats = new float[FLOATS];
            in.getFloats(floats, 0, FLOATS);
            for (int i = 0; i < FLOATS; i++) {
                assertThat(floats[i]).isEqualTo((float) i);
            }
            final byte[] bytes = new byte[5];
            in.getBytes(bytes, 1, 3);
            assertThat(bytes).containsExactly(0, 7, 8, 9, 0);
            in.expect(2);
            assertThatThrownBy(in::getInt)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("ends before its last value");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void textsComeBackAndALengthThatIsNoneIsNamed() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final SnapshotInfo info = new SnapshotInfo(Path.of("texts"), 0, 0, 0, 0);
        try (SnapshotWriter out = SnapshotWriter.to(info, Channels.newChannel(bytes))) {
            out.putText("");
            out.putText("τάγμα");
            out.putInt(-1);
            out.commit();
        }
        try (SnapshotReader in =
                SnapshotReader.from(info.file(), Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())))) {
            assertThat(in.getText()).isEmpty();
            assertThat(in.getText()).isEqualTo("τάγμα");
            assertThatThrownBy(in::getText)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another shape: a text of -1 bytes");
        }
    }

    @Test
    void everyFlippedByteIsFound() throws IOException {
        final Path file = write(1);
        final byte[] whole = Files.readAllBytes(file);
        final SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 60; round++) {
            final byte[] flipped = whole.clone();
            // The header and the first block's header byte by byte, then anywhere.
            final int at = round < 20 ? round * 4 : random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);

            final Damage damage = Objects.requireNonNull(SnapshotReader.verify(file), "byte " + at);

            assertThat(damage.offset()).isLessThanOrEqualTo(at);
            assertThat(at - damage.offset()).isLessThan(SnapshotLayout.BLOCK_LENGTH + 64L);
        }
    }

    @Test
    void aFileThatWasCutOrGrewIsFound() throws IOException {
        final Path file = write(1);
        final byte[] whole = Files.readAllBytes(file);
        for (final int length : new int[] {0, 10, 63, 64, 70, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(SnapshotReader.verify(file)).as("cut to %d", length).isNotNull();
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThat(SnapshotReader.verify(file)).isNotNull();
    }

    @Test
    void withoutACommitNothingIsThere() throws IOException {
        final Path file = SnapshotFiles.file(directory, 9);
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 9, 0, 0))) {
            out.putInt(1);
        }
        assertThat(directory).isEmptyDirectory();
        Files.createFile(SnapshotFiles.aside(file)); // what a killed writer leaves
        SnapshotFiles.dropUnfinished(directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesAStateOfAnotherShape() {
        try (SnapshotReader in = SnapshotReader.open(write(1))) {
            assertThatThrownBy(() -> in.expect(2))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("part 1 where part 2");
        }
    }

    @Test
    void theNewestComeFirstAndAreKept() {
        write(2);
        write(30);
        write(4);

        assertThat(SnapshotFiles.newestFirst(directory).stream().map(SnapshotFiles::sequence))
                .containsExactly(30L, 4L, 2L);
        SnapshotFiles.keepNewest(directory, 2);
        assertThat(SnapshotFiles.newestFirst(directory).stream().map(SnapshotFiles::sequence))
                .isEqualTo(List.of(30L, 4L));
        assertThat(SnapshotFiles.newestFirst(directory.resolve("none"))).isEmpty();
    }

    private Path write(final long sequence) {
        final Path file = SnapshotFiles.file(directory, sequence);
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 3, sequence, 0xabcdL, 55))) {
            out.mark(1);
            out.putLong(Long.MIN_VALUE);
            final float[] floats = new float[FLOATS];
            for (int i = 0; i < FLOATS; i++) {
                floats[i] = i;
            }
            out.putFloats(floats, 0, FLOATS);
            out.putBytes(new byte[] {6, 7, 8, 9}, 1, 3);
            out.mark(2);
            out.commit();
        }
        return file;
    }
}
