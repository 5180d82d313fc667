package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is what its name says, or it is not read. */
class PublishedFileTest {
    @TempDir
    private Path directory;

    private String publish(final int number) {
        return PublishedFile.write(directory, out -> {
            out.putInt(number);
            out.putLong(7);
        });
    }

    @Test
    void theSameContentHasTheSameNameAndIsReadBack() throws IOException {
        final String one = publish(1);
        assertThat(publish(1)).isEqualTo(one);
        assertThat(publish(2)).isNotEqualTo(one);
        try (SnapshotReader in = PublishedFile.open(directory, one)) {
            assertThat(in.getInt()).isEqualTo(1);
            assertThat(in.getLong()).isEqualTo(7);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2).allMatch(PublishedFile::isOne);
        }
        assertThat(Files.getPosixFilePermissions(PublishedFile.path(directory, one)))
                .hasSize(2);
    }

    @Test
    void whereAnyByteDiffersItIsNotRead() throws IOException {
        final Path file = PublishedFile.path(directory, publish(3));
        final String name = String.valueOf(file.getFileName()).substring(0, 64);
        final byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            final byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Files.write(file, flipped);
            assertThatThrownBy(() -> PublishedFile.open(directory, name))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(name + ".model is damaged")
                    .hasMessageContaining("bring it back from a copy");
        }
        Files.delete(file);
        assertThatThrownBy(() -> PublishedFile.open(directory, name))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is missing");
        Files.write(file, whole);
        assertThat(PublishedFile.fault(file)).isEmpty();
    }
}
