package io.tagma.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Checks profile rows where they lie in the map's file, without the map: no lock is taken, and a damaged map leads nowhere.
 * Immutable, any thread. Rows begin at multiples of 64; one is told by its magic number, or by its layout version and dimension
 * where the magic number is what was damaged and it has a sequence, which a removed row has not.
 */
final class RowCheck implements FileCheck {
    /** Looks at a row that its owner keeps updating, before it counts as not whole. */
    private static final int MAX_ATTEMPTS = 10_000;

    @Override
    public String items() {
        return "profile rows";
    }

    @Override
    public long check(final Path root, final boolean live, final Consumer<Damage> found) throws IOException {
        long whole = 0;
        for (final Path file : QueueCheck.children(root.resolve("profiles"), "*.dat")) {
            try {
                whole += rows(file, ProfileLayoutFile.read(file), live, found);
            } catch (StoreException e) {
                found.accept(
                        new Damage(-1, ProfileLayoutFile.beside(file).toString(), 0, String.valueOf(e.getMessage())));
            }
        }
        return whole;
    }

    private static long rows(
            final Path file, final ProfileLayoutFile layout, final boolean live, final Consumer<Damage> found)
            throws IOException {
        final int length = RowLayout.length(layout.dimension());
        final RowSeal seal = new RowSeal(layout.dimension());
        long whole = 0;
        if (Files.size(file) == 0) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileExtents extents = FileExtents.open(file);
                Arena arena = Arena.ofConfined()) {
            final long size = channel.size();
            final long base =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).address();
            long at = next(extents, 0, size, length);
            while (at >= 0) {
                if (!isRow(base + at, layout)) {
                    at = next(extents, at + RowLayout.ALIGNMENT, size, length);
                    continue;
                }
                final int code = check(base + at, seal);
                if (code == StoreCode.OK) {
                    whole++;
                } else if (code == StoreCode.DAMAGED) {
                    found.accept(new Damage(-1, file.toString(), at, "a row that does not agree with its checksum"));
                } else if (!live) {
                    // A kill leaves one such row, and the next launch builds it anew: nobody is shown it meanwhile.
                    whole++;
                }
                at = next(extents, at + length, size, length);
            }
        }
        return whole;
    }

    private static long next(final FileExtents extents, final long from, final long size, final int length) {
        if (from + length > size) {
            return -1;
        }
        // Only at the beginning of a page: that is as fine as holes are.
        final long data = (from & (IntegrityLayout.BLOCK - 1)) == 0 ? extents.nextData(from) : from;
        return data < 0 || data + length > size ? -1 : (data + RowLayout.ALIGNMENT - 1) & -RowLayout.ALIGNMENT;
    }

    private static boolean isRow(final long address, final ProfileLayoutFile layout) {
        final boolean named = Memory.getInt(address + RowLayout.MAGIC) == RowLayout.MAGIC_VALUE;
        // A row that was removed, into the archive say, has neither magic number nor sequence; one that is there has
        // both.
        final boolean shaped = Memory.getLong(address + RowLayout.SEQUENCE) != 0
                && Memory.getInt(address + RowLayout.LAYOUT_VERSION) == layout.layoutVersion()
                && Memory.getInt(address + RowLayout.DIMENSION) == layout.dimension()
                && Memory.getInt(address + RowLayout.OWNER) == layout.owner();
        return named || shaped;
    }

    /** A copy that agrees with its checksum is whole, however it was come by. */
    private static int check(final long address, final RowSeal seal) {
        long sequence = 0;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            sequence = Memory.getLongAcquire(address + RowLayout.SEQUENCE);
            seal.copy(address);
            if ((sequence & 1) == 0 && seal.intact(Memory.getLong(address + RowLayout.SUBJECT))) {
                return StoreCode.OK;
            }
            Thread.onSpinWait();
        }
        return (sequence & 1) == 0 ? StoreCode.DAMAGED : StoreCode.BUSY;
    }
}
