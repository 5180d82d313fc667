package io.tagma.engine.agent.registry;

import io.tagma.store.StoreException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A registry's mapped file and its layout. Any thread; which words who may write is {@link SharedWriter}'s affair.
 *
 * <pre>
 *   header (4 KiB) | words: M x 8 | changes: N x 1 KiB | slots: M x 2 KiB
 *
 *   header   0 magic 8 version 12 slots 16 changes 20 crc of 0-20 24 boot 32 lock 40 newest change 48 live entries 56 left
 *   word     63..3 change that set it | 2 free | 1 live | 0 which copy counts
 *   change   0 number 8 kind 16 slot 24 the slot's word after it 32 entry
 *   slot     0 copy 0 1024 copy 1
 * </pre>
 *
 * <p>Words stand together so that a walk over names, or over all, touches few pages: the file is sparse and most of it is never used.
 */
final class SharedFile implements AutoCloseable {
    /** Version of this layout. */
    static final int VERSION = 1;

    static final int LOCK = 32;
    static final int NEWEST = 40;
    static final int LIVE = 48;
    static final int LEFT = 56;

    private static final long MAGIC = 0x314752414d474154L; // "TAGMARG1"
    private static final int AT_VERSION = 8;
    private static final int AT_SLOTS = 12;
    private static final int AT_CHANGES = 16;
    private static final int AT_CRC = 20;
    private static final int AT_BOOT = 24;
    private static final int HEADER = 4096;
    private static final int CHANGE = 1024;
    private static final int CHANGE_ENTRY = 32;
    private static final int COPY = 1024;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORD = LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int slots;
    private final int changes;

    private SharedFile(
            final Path file, final boolean writable, final boolean make, final int slots, final int changes) {
        try (FileChannel channel = writable
                ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : FileChannel.open(file, StandardOpenOption.READ)) {
            final MapMode mode = writable ? MapMode.READ_WRITE : MapMode.READ_ONLY;
            if (make) {
                memory = channel.map(mode, 0, length(slots, changes), arena);
                this.slots = slots;
                this.changes = changes;
                writeHeader();
            } else {
                memory = channel.map(mode, 0, channel.size(), arena);
                this.slots = header(AT_SLOTS);
                this.changes = header(AT_CHANGES);
            }
        } catch (final IOException e) {
            arena.close();
            throw new StoreException("the registry " + file + " cannot be mapped: " + e.getMessage(), e);
        }
    }

    /** Lays out an empty file, which must be there. */
    static SharedFile make(final Path file, final int slots, final int changes) {
        return new SharedFile(file, true, true, slots, changes);
    }

    /** Maps a file that {@link #fault} finds nothing wrong with. */
    static SharedFile map(final Path file, final boolean writable) {
        return new SharedFile(file, writable, false, 0, 0);
    }

    /** Why a file is no registry of this version and of this boot of the machine; empty when it is one. */
    static String fault(final Path file) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < HEADER) {
                return "it is too short";
            }
            final MemorySegment header = channel.map(MapMode.READ_ONLY, 0, HEADER, arena);
            if (header.get(LONG, 0) != MAGIC || header.get(INT, AT_CRC) != crc(header)) {
                return "its header is damaged";
            }
            if (header.get(INT, AT_VERSION) != VERSION) {
                return "it has version " + header.get(INT, AT_VERSION) + ", this program reads version " + VERSION;
            }
            if (channel.size() != length(header.get(INT, AT_SLOTS), header.get(INT, AT_CHANGES))) {
                return "it has " + channel.size() + " bytes, its header says another length";
            }
            return header.get(LONG, AT_BOOT) == ProcessId.boot() ? "" : "the machine was started again since";
        }
    }

    private static long length(final int slots, final int changes) {
        return HEADER + (long) slots * Long.BYTES + (long) changes * CHANGE + 2L * slots * COPY;
    }

    private void writeHeader() {
        memory.set(INT, AT_VERSION, VERSION);
        memory.set(INT, AT_SLOTS, slots);
        memory.set(INT, AT_CHANGES, changes);
        memory.set(LONG, AT_BOOT, ProcessId.boot());
        memory.set(LONG, 0, MAGIC);
        memory.set(INT, AT_CRC, crc(memory));
    }

    private static int crc(final MemorySegment header) {
        final CRC32C crc = new CRC32C();
        crc.update(header.asSlice(0, AT_CRC).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    private int header(final int at) {
        return memory.get(INT, at);
    }

    int slots() {
        return slots;
    }

    int changes() {
        return changes;
    }

    boolean writable() {
        return !memory.isReadOnly();
    }

    // Words: every access goes through a mode, since another process may write.

    long word(final long at) {
        return (long) WORD.getAcquire(memory, at);
    }

    void word(final long at, final long value) {
        WORD.setRelease(memory, at, value);
    }

    boolean swap(final long at, final long expected, final long value) {
        return WORD.compareAndSet(memory, at, expected, value);
    }

    static long wordAt(final int slot) {
        return HEADER + (long) slot * Long.BYTES;
    }

    long changeAt(final long number) {
        return HEADER + (long) slots * Long.BYTES + (number & (changes - 1)) * CHANGE;
    }

    /** Where the entry is that a slot's word speaks of. */
    long copyAt(final int slot, final long word) {
        return HEADER + (long) slots * Long.BYTES + (long) changes * CHANGE + (2L * slot + (word & 1)) * COPY;
    }

    static long changeEntryAt(final long changeAt) {
        return changeAt + CHANGE_ENTRY;
    }

    void write(final long at, final byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    /** Copies an encoded entry out; its bytes are good only if the word that said so says the same afterwards. */
    byte[] read(final long at) {
        final int length = Math.clamp(memory.get(INT, at + Integer.BYTES), 8, EntryCodec.MAX_LENGTH);
        final byte[] bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        // The word that is read after this must not be read before it.
        VarHandle.loadLoadFence();
        return bytes;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
