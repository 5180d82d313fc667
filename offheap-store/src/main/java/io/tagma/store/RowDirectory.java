package io.tagma.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Says in a file where each row lies in the map's file, so that a reader in any language finds rows with nothing but two mapped
 * files: {@code shard-N.dat.rows}, drawn in {@code docs/layouts/row-directory.md}. Owned by the shard's thread; grows with each row
 * that is created and costs nothing otherwise.
 *
 * <p>The file is of its full size from the start, a hole; the number of entries is written last, with release semantics. Where
 * the system does not tell which part of which file an address is mapped from, there is none.
 */
final class RowDirectory implements AutoCloseable {
    /** "TGD1" in file order. */
    static final int MAGIC_VALUE = 0x3144_4754;

    static final int MAGIC = 0;
    static final int VERSION = 4;
    static final int DIMENSION = 8;
    static final int LAYOUT_VERSION = 12;
    static final int CAPACITY = 16;
    static final int COUNT = 24;
    static final int HEADER_LENGTH = 64;
    static final int ENTRY_LENGTH = 16;
    static final int VERSION_VALUE = 1;

    private static final String SUFFIX = ".rows";
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = LONG.varHandle();

    private final Arena arena;
    private final MemorySegment memory;
    private final MappedRanges ranges;
    private final long capacity;
    private long count;

    private RowDirectory(
            final Arena arena, final MemorySegment memory, final MappedRanges ranges, final long capacity) {
        this.arena = arena;
        this.memory = memory;
        this.ranges = ranges;
        this.capacity = capacity;
    }

    /** The directory's file beside a map's. */
    static Path beside(final Path mapFile) {
        return mapFile.resolveSibling(mapFile.getFileName() + SUFFIX);
    }

    /** Begins an empty directory for a map that is open; replaces one that is there. */
    static RowDirectory create(final ProfileStoreConfig config) {
        final Path file = beside(config.file());
        final Arena arena = Arena.ofShared();
        try {
            Files.deleteIfExists(file);
            OwnerOnly.file(file);
            final long length = HEADER_LENGTH + (long) ENTRY_LENGTH * config.maxRows();
            if (ReservedFile.reserve(file, length) == StoreCode.NO_SPACE) {
                throw new IOException("no room for " + length + " bytes");
            }
            final MemorySegment memory;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, length, arena);
            }
            memory.set(INT, VERSION, VERSION_VALUE);
            memory.set(INT, DIMENSION, config.dimension());
            memory.set(INT, LAYOUT_VERSION, config.layoutVersion());
            memory.set(LONG, CAPACITY, config.maxRows());
            VarHandle.releaseFence();
            memory.set(INT, MAGIC, MAGIC_VALUE);
            return new RowDirectory(arena, memory, new MappedRanges(config.file()), config.maxRows());
        } catch (IOException e) {
            arena.close();
            throw new StoreException(file + " cannot be made: " + e, e);
        }
    }

    /** Adds a row that is whole in the map. A row whose place the system does not tell is left out. */
    void add(final long subject, final long address) {
        final long offset = ranges.offset(address);
        if (offset < 0 || count == capacity) {
            return;
        }
        final long at = HEADER_LENGTH + ENTRY_LENGTH * count;
        memory.set(LONG, at, subject);
        memory.set(LONG, at + Long.BYTES, offset);
        count++;
        // Release: who reads this number finds the entries below it.
        LONGS.setRelease(memory, (long) COUNT, count);
    }

    /** The map's file was given another name, and this one goes with it. */
    void moveWith(final Path from, final Path to) throws IOException {
        Files.move(beside(from), beside(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        ranges.renamed(to);
    }

    @Override
    public void close() {
        arena.close();
    }
}
