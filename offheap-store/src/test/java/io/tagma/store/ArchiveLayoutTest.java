package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment as it was written once is a segment still. */
class ArchiveLayoutTest {
    private static final int D = 1000;

    @TempDir
    Path directory;

    @Test
    void theGoldenSegmentIsReadToTheBit() throws IOException {
        final Path file = directory.resolve("segment-00000000.tga");
        Files.write(file, golden());
        final List<Damage> found = new ArrayList<>();
        final ArchiveCheck check = new ArchiveCheck(found::add);
        check.directory(directory);
        assertThat(found).isEmpty();
        assertThat(check.blocks()).isEqualTo(4);
        assertThat(check.rows()).isEqualTo(8);
        final ByteBuffer bytes = little(golden());
        try (BlockCodec codec = new BlockCodec(D)) {
            final int length =
                    ArchiveLayout.BLOCK_HEADER + bytes.getInt(ArchiveLayout.HEADER_LENGTH + ArchiveLayout.PACKED);
            codec.packed().put(0, bytes, ArchiveLayout.HEADER_LENGTH, length);
            assertThat(codec.unpack(length, 0, 0)).isNull();
            assertThat(codec.rows()).isEqualTo(2);
            final long row = codec.address(1);
            assertThat(Memory.getLong(row)).isEqualTo(2);
            assertThat(Memory.getLong(row + 8)).as("sequence").isEqualTo(4);
            assertThat(Memory.getLong(row + 16)).as("updated").isEqualTo(200);
            assertThat(Memory.getFloat(row + ArchiveLayout.ROW_FIXED)).isEqualTo(2.5f);
            assertThat(Memory.getLong(row + 24))
                    .as("digest")
                    .isEqualTo(Digest.ofRow(row + ArchiveLayout.ROW_FIXED, D, 2));
        }
    }

    @Test
    void whatIsWrittenNowHasTheSameHeaders() throws IOException {
        final byte[] fresh = segment();
        final byte[] golden = golden();
        assertThat(Arrays.copyOf(fresh, ArchiveLayout.HEADER_LENGTH))
                .isEqualTo(Arrays.copyOf(golden, ArchiveLayout.HEADER_LENGTH));
        for (final int field : new int[] {
            0,
            ArchiveLayout.OF_SEGMENT,
            ArchiveLayout.OF_SEGMENT + 4,
            ArchiveLayout.BLOCK,
            ArchiveLayout.ROWS,
            ArchiveLayout.UNPACKED
        }) {
            // The compressed bytes, and with them their length and checksum, are the library's to choose.
            final int at = ArchiveLayout.HEADER_LENGTH + field;
            assertThat(little(fresh).getInt(at))
                    .as("block header %s", field)
                    .isEqualTo(little(golden).getInt(at));
        }
        assertThat(little(fresh).getInt(fresh.length - 4)).isEqualTo(ArchiveLayout.END_MAGIC);
    }

    /** Eight rows in four blocks; row n has time 100 n and n + 0.5 in its first float. */
    private byte[] segment() throws IOException {
        final Path archive = directory.resolve("archive");
        final ProfileStoreConfig config = new ProfileStoreConfig(
                        directory.resolve("rows.dat"), 64, D, 7, 3, ProfileStoreConfig.Mode.CREATE)
                .withTiers(TierConfig.of(archive, 16));
        try (ProfileStore store = ProfileStore.open(config)) {
            final ProfileRow row = store.newRow();
            for (long n = 1; n <= 30; n++) {
                row.wrap(store.acquireRow(n));
                row.beginUpdate();
                row.set(0, n + 0.5f);
                row.endUpdate(100 * n);
            }
        }
        return Files.readAllBytes(archive.resolve("segment-00000000.tga"));
    }

    private static ByteBuffer little(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] golden() throws IOException {
        final String text = ProfileStoreTest.Golden.read("archive-segment.hex");
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
