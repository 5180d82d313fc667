package io.tagma.store;

import com.github.luben.zstd.ZstdException;
import io.tagma.store.TierLedger.Tier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The cold tier: rows that nobody asked for lately, compressed in blocks of immutable files, each row found with one read of one
 * block. Owned by the shard's thread. Like the map of warm rows it is a view of the journal: it begins empty, and what a process
 * left behind is dropped.
 *
 * <p>What one call may cost: {@link #take} one block read and unpacked, {@link #put} nothing but a copy, {@link #prepare} one block
 * packed and written and, once a segment, a file closed and another opened, {@link #compactStep} one block read and up to two written.
 */
final class Archive implements AutoCloseable {
    private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(ArchiveLayout.MOST_BLOCKS);
    private static final int BLOCK_MASK = ArchiveLayout.MOST_BLOCKS - 1;
    private static final int LEAST_BLOCKS = 4;
    private static final int MOST_SEALED_BLOCKS = 2048;
    private static final int SEGMENTS_WANTED = 64;
    private static final int UNLOADED = -1;

    private final Path directory;
    private final ProfileStoreConfig config;
    private final TierLedger ledger;
    private final ColdIndex index;
    private final BlockCodec codec;
    private final Arena arena = Arena.ofShared();
    private final long staging;
    private final int rowLength;
    private final int rowsPerBlock;
    private final int mostBlocks;
    private final List<@Nullable ArchiveSegment> slots = new ArrayList<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private final RowImage image;
    private int staged;
    private int openSlot;
    private long nextNumber;
    private long storedRows;
    private long liveRows;
    private int loaded = UNLOADED;
    private int victimSlot = UNLOADED;
    private int victimBlock;
    private @Nullable Damage lastDamage;

    private Archive(
            final Path directory, final ProfileStoreConfig config, final long maxRows, final TierLedger ledger) {
        this.directory = directory;
        this.config = config;
        this.ledger = ledger;
        rowLength = ArchiveLayout.rowLength(config.dimension());
        rowsPerBlock = ArchiveLayout.rowsPerBlock(config.dimension());
        mostBlocks = mostBlocks(maxRows, config.dimension());
        index = new ColdIndex(maxRows);
        codec = codec(directory, config.dimension());
        staging = arena.allocate((long) rowLength * rowsPerBlock, Long.BYTES).address();
        image = new RowImage(config);
        ledger.reserve(Tier.COLD_MEMORY, fixedMemory(maxRows, config.dimension()));
    }

    /** An empty archive for {@code maxRows} rows; what lies in the directory is dropped. */
    static Archive create(
            final Path directory, final ProfileStoreConfig config, final long maxRows, final TierLedger ledger) {
        OwnerOnly.directory(directory);
        dropLeftovers(directory);
        final Archive archive = new Archive(directory, config, maxRows, ledger);
        if (!archive.openNext()) {
            archive.close();
            throw new StoreException(directory + ": coldBytes has no room for one segment; give it at least "
                    + archive.leastFileBytes() + ".");
        }
        return archive;
    }

    /** Memory for so many rows: what {@link Tier#COLD_MEMORY} has to hold. */
    static long memoryFor(final long maxRows, final int dimension) {
        final long blocks = mostBlocks(maxRows, dimension);
        final long segments = 2 * maxRows / (blocks * ArchiveLayout.rowsPerBlock(dimension)) + 8;
        return fixedMemory(maxRows, dimension) + segments * ArchiveSegment.tableBytes((int) blocks);
    }

    /** Bytes of files for so many rows that do not compress at all, dead ones included. */
    static long filesFor(final long maxRows, final int dimension) {
        final int blocks = mostBlocks(maxRows, dimension);
        final long segment = ArchiveSegment.overhead(blocks) + (long) blocks * BlockCodec.packedMostOf(dimension);
        return segment * (2 * maxRows / ((long) blocks * ArchiveLayout.rowsPerBlock(dimension)) + 8);
    }

    private static long fixedMemory(final long maxRows, final int dimension) {
        final int block = ArchiveLayout.rowLength(dimension) * ArchiveLayout.rowsPerBlock(dimension);
        return ColdIndex.bytesFor(maxRows) + 2L * block + BlockCodec.packedMost(block);
    }

    private static int mostBlocks(final long maxRows, final int dimension) {
        final long blocks = maxRows / ArchiveLayout.rowsPerBlock(dimension);
        return Math.clamp(blocks / SEGMENTS_WANTED, LEAST_BLOCKS, MOST_SEALED_BLOCKS);
    }

    /** Whether the subject's row may be here; no is certain. */
    boolean mayHold(final long subject) {
        return index.first(ColdIndex.tag(subject)) != ColdIndex.NONE;
    }

    /** Rows here. */
    long size() {
        return index.size();
    }

    /** Sees to it that the next {@link #put} finds room; false when the files may not grow. */
    boolean prepare() {
        return staged < rowsPerBlock || flush();
    }

    /** Takes a row in. Its subject must not be here, and {@link #prepare} must have answered true. */
    void put(final long rowAddress) {
        image.pack(rowAddress, staging + (long) staged * rowLength);
        index.put(ColdIndex.tag(Memory.getLong(rowAddress + RowLayout.SUBJECT)), stagingLocation());
        staged++;
        liveRows++;
    }

    /**
     * Takes a row out and copies it, header and all, to {@code target}.
     *
     * @return {@link StoreCode#OK}, {@link StoreCode#MISSING}, or {@link StoreCode#DAMAGED}: its block is; see {@link #lastDamage}
     */
    int take(final long subject, final long target) {
        final int tag = ColdIndex.tag(subject);
        int code = StoreCode.MISSING;
        for (long place = index.first(tag); place != ColdIndex.NONE; place = index.next(tag, place)) {
            final int location = index.location(place);
            if (location == stagingLocation()) {
                if (takeStaged(subject, target)) {
                    index.remove(place);
                    return StoreCode.OK;
                }
            } else if (!load(location)) {
                code = StoreCode.DAMAGED;
            } else if (takeLoaded(subject, location, target)) {
                index.remove(place);
                return StoreCode.OK;
            }
        }
        return code;
    }

    /** Hands each row, copied out, to {@code action}; the address is good during the call. */
    void forEach(final LongConsumer action) {
        try (Arena scratch = Arena.ofConfined()) {
            final long row = scratch.allocate(RowLayout.length(config.dimension()), RowLayout.ALIGNMENT)
                    .address();
            for (int i = 0; i < staged; i++) {
                image.unpack(staging + (long) i * rowLength, row);
                action.accept(row);
            }
            for (int slot = 0; slot < slots.size(); slot++) {
                final ArchiveSegment segment = slots.get(slot);
                for (int block = 0; segment != null && block < segment.blocks(); block++) {
                    forEachOf(segment, location(slot, block), row, action);
                }
            }
        }
    }

    private void forEachOf(
            final ArchiveSegment segment, final int location, final long row, final LongConsumer action) {
        final int block = location & BLOCK_MASK;
        if (!load(location)) {
            throw new StoreException(lastDamage + ": rows cannot be read. Launch the engine again, it rebuilds them.");
        }
        for (int i = 0; i < codec.rows(); i++) {
            if (segment.isLive(block, i)) {
                image.unpack(codec.address(i), row);
                action.accept(row);
            }
        }
    }

    /** Moves what is left of one block when too many rows in the files are dead; deletes the file behind its last block. */
    void compactStep() {
        if (victimSlot == UNLOADED && !chooseVictim()) {
            return;
        }
        final ArchiveSegment victim = segment(victimSlot);
        while (victimBlock < victim.blocks() && victim.isDead(victimBlock)) {
            victimBlock++;
        }
        if (victimBlock < victim.blocks()) {
            if (!load(location(victimSlot, victimBlock))) {
                victim.keep();
                victimSlot = UNLOADED;
                return;
            }
            if (!moveLoaded(victim, victimBlock)) {
                return; // no room in the files: again later, when more of them is dead
            }
            victimBlock++;
        }
        if (victimBlock == victim.blocks()) {
            drop(victim);
        }
    }

    /** What was found damaged last, or null. */
    @Nullable
    Damage lastDamage() {
        return lastDamage;
    }

    /** Closes the files. Idempotent. */
    @Override
    public void close() {
        for (final ArchiveSegment segment : slots) {
            if (segment != null) {
                segment.close();
            }
        }
        codec.close();
        index.close();
        arena.close();
    }

    private boolean takeStaged(final long subject, final long target) {
        for (int i = 0; i < staged; i++) {
            final long at = staging + (long) i * rowLength;
            if (Memory.getLong(at) == subject) {
                image.unpack(at, target);
                staged--;
                liveRows--;
                Memory.copy(staging + (long) staged * rowLength, at, rowLength);
                return true;
            }
        }
        return false;
    }

    private boolean takeLoaded(final long subject, final int location, final long target) {
        final ArchiveSegment segment = segment(location >>> SLOT_SHIFT);
        final int block = location & BLOCK_MASK;
        for (int i = 0; i < codec.rows(); i++) {
            // A copy that was taken out before is still in the file.
            if (codec.subject(i) == subject && segment.isLive(block, i)) {
                image.unpack(codec.address(i), target);
                segment.drop(block, i);
                liveRows--;
                return true;
            }
        }
        return false;
    }

    private boolean moveLoaded(final ArchiveSegment victim, final int block) {
        final int from = location(victimSlot, block);
        for (int i = 0; i < codec.rows(); i++) {
            if (victim.isLive(block, i)) {
                if (staged == rowsPerBlock) {
                    // Packing needs the room that this block lies in.
                    if (!flush() || !load(from)) {
                        return false;
                    }
                }
                Memory.copy(codec.address(i), staging + (long) staged * rowLength, rowLength);
                final long place = index.placeOf(ColdIndex.tag(codec.subject(i)), from);
                index.move(place, stagingLocation());
                victim.drop(block, i);
                staged++;
            }
        }
        return true;
    }

    private boolean chooseVictim() {
        final long dead = storedRows + staged - liveRows;
        if (dead * 2 <= liveRows + 2L * mostBlocks * rowsPerBlock) {
            return false;
        }
        int most = 0;
        for (int slot = 0; slot < slots.size(); slot++) {
            final ArchiveSegment segment = slots.get(slot);
            if (segment != null
                    && slot != openSlot
                    && segment.isMovable()
                    && segment.rows() - segment.liveRows() > most) {
                most = segment.rows() - segment.liveRows();
                victimSlot = slot;
            }
        }
        victimBlock = 0;
        return victimSlot != UNLOADED;
    }

    private void drop(final ArchiveSegment victim) {
        if (loaded != UNLOADED && loaded >>> SLOT_SHIFT == victimSlot) {
            loaded = UNLOADED;
        }
        ledger.release(
                Tier.COLD_FILES,
                victim.length() + (long) ArchiveSegment.overhead(mostBlocks) - ArchiveLayout.HEADER_LENGTH);
        ledger.release(Tier.COLD_MEMORY, ArchiveSegment.tableBytes(mostBlocks));
        ledger.countCompacted();
        storedRows -= victim.rows();
        victim.delete();
        slots.set(victimSlot, null);
        freeSlots.add(victimSlot);
        victimSlot = UNLOADED;
    }

    /** Writes the staged rows as a block of the open segment; false when the files may not grow. */
    private boolean flush() {
        codec.load(staging, staged);
        loaded = UNLOADED;
        final ArchiveSegment open = segment(openSlot);
        final int length = pack(open);
        final boolean last = open.blocks() + 1 == mostBlocks;
        if (!ledger.reserve(Tier.COLD_FILES, length)) {
            return false;
        }
        if (last && !openNext()) {
            ledger.release(Tier.COLD_FILES, length);
            return false;
        }
        open.append(codec.packed(), length, staged);
        storedRows += staged;
        staged = 0;
        if (last) {
            open.seal();
        }
        return true;
    }

    private static BlockCodec codec(final Path directory, final int dimension) {
        try {
            return new BlockCodec(dimension);
        } catch (final RuntimeException e) {
            throw noMemory(directory, e);
        }
    }

    private int pack(final ArchiveSegment open) {
        try {
            return codec.pack(open.number(), open.blocks());
        } catch (final ZstdException e) {
            throw noMemory(directory, e);
        }
    }

    private static StoreException noMemory(final Path directory, final RuntimeException e) {
        return new StoreException(
                directory + " cannot be used: " + e.getMessage() + ". Give the process more memory outside the heap.",
                e);
    }

    /** Opens another segment and reserves what it needs beside its blocks, footer included. */
    private boolean openNext() {
        final int overhead = ArchiveSegment.overhead(mostBlocks);
        if (!ledger.reserve(Tier.COLD_FILES, overhead)) {
            return false;
        }
        if (!ledger.reserve(Tier.COLD_MEMORY, ArchiveSegment.tableBytes(mostBlocks))) {
            ledger.release(Tier.COLD_FILES, overhead);
            return false;
        }
        final ArchiveSegment made = ArchiveSegment.create(directory, nextNumber++, config, mostBlocks);
        final Integer free = freeSlots.poll();
        if (free == null) {
            openSlot = slots.size();
            slots.add(made);
        } else {
            openSlot = free;
            slots.set(free, made);
        }
        return true;
    }

    private boolean load(final int location) {
        if (location == loaded) {
            return true;
        }
        loaded = UNLOADED;
        final ArchiveSegment segment = segment(location >>> SLOT_SHIFT);
        final int block = location & BLOCK_MASK;
        final int length = segment.read(block, codec.packed());
        final String wrong = length == segment.lengthOf(block)
                ? codec.unpack(length, segment.number(), block)
                : "the file ends inside the block";
        ledger.countBlockRead();
        if (wrong != null) {
            lastDamage = new Damage(block, segment.file().toString(), segment.offset(block), wrong);
            ledger.countDamagedBlock();
            return false;
        }
        loaded = location;
        return true;
    }

    private long leastFileBytes() {
        return ArchiveSegment.overhead(mostBlocks);
    }

    private int stagingLocation() {
        return location(openSlot, segment(openSlot).blocks());
    }

    private static int location(final int slot, final int block) {
        return slot << SLOT_SHIFT | block;
    }

    private ArchiveSegment segment(final int slot) {
        return Objects.requireNonNull(slots.get(slot));
    }

    private static void dropLeftovers(final Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory, "segment-*{" + ArchiveLayout.SUFFIX + "," + ArchiveLayout.OPEN + "}")) {
            for (final Path file : files) {
                Files.delete(file);
            }
        } catch (final IOException e) {
            throw new StoreException(directory + " cannot be emptied: " + e + ". See to its permissions.", e);
        }
    }
}
