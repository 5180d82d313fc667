package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** One data file's sidecar, read entry by entry. Owned by one thread. */
final class Sidecar implements AutoCloseable {
    /** Two changes to a file within this time may bear the same time. */
    private static final long TIME_GRAIN_NS = TimeUnit.SECONDS.toNanos(2);

    private static final String ASIDE = ".tmp";

    private final FileChannel channel;
    private final ByteBuffer header = buffer(IntegrityLayout.HEADER_LENGTH);
    private final ByteBuffer entry = buffer(IntegrityLayout.ENTRY_LENGTH);
    private final CRC32C crc = new CRC32C();
    private final boolean headerWhole;
    private final long entries;
    private long at = -1;

    private Sidecar(final FileChannel channel) throws IOException {
        this.channel = channel;
        readFully(header, 0);
        headerWhole = header.getInt(IntegrityLayout.MAGIC) == IntegrityLayout.MAGIC_VALUE
                && header.getInt(IntegrityLayout.VERSION) == IntegrityLayout.VERSION_VALUE
                && checksum(crc, header, 0, IntegrityLayout.HEADER_CRC32C)
                        == header.getInt(IntegrityLayout.HEADER_CRC32C);
        entries = headerWhole
                ? header.getLong(IntegrityLayout.ENTRIES)
                : Math.max(0, channel.size() - IntegrityLayout.HEADER_LENGTH) / IntegrityLayout.ENTRY_LENGTH;
    }

    static Sidecar open(final Path file, final boolean forWriting) throws IOException {
        final FileChannel channel = forWriting
                ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new Sidecar(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Writes the sidecar of {@code data}, aside and renamed. */
    static void write(final Path data, final Path sidecar) throws IOException {
        OwnerOnly.directory(parent(sidecar));
        final Path aside = sidecar.resolveSibling(sidecar.getFileName() + ASIDE);
        Files.deleteIfExists(aside);
        OwnerOnly.file(aside);
        final long modifiedNs = modifiedNs(data);
        try (FileChannel in = FileChannel.open(data, StandardOpenOption.READ);
                FileExtents extents = FileExtents.open(data);
                FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            final ByteBuffer head = buffer(IntegrityLayout.HEADER_LENGTH);
            head.putInt(IntegrityLayout.MAGIC, IntegrityLayout.MAGIC_VALUE);
            head.putInt(IntegrityLayout.VERSION, IntegrityLayout.VERSION_VALUE);
            head.putLong(IntegrityLayout.SIZE, in.size());
            head.putLong(IntegrityLayout.MODIFIED_NS, modifiedNs);
            head.putLong(IntegrityLayout.ENTRIES, writeEntries(in, extents, out));
            head.putInt(IntegrityLayout.HEADER_CRC32C, checksum(new CRC32C(), head, 0, IntegrityLayout.HEADER_CRC32C));
            out.write(head.clear(), 0);
        }
        Files.move(aside, sidecar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static long writeEntries(final FileChannel in, final FileExtents extents, final FileChannel out)
            throws IOException {
        final BlockGroup group = new BlockGroup();
        final ByteBuffer entry = buffer(IntegrityLayout.ENTRY_LENGTH);
        final CRC32C crc = new CRC32C();
        final long size = in.size();
        long entries = 0;
        for (long number = nextGroup(extents, 0, size); number >= 0; number = nextGroup(extents, number + 1, size)) {
            group.read(in, number);
            if (!group.isZero()) {
                fill(entry, number, group, crc);
                out.write(entry.clear(), place(entries));
                entries++;
            }
        }
        return entries;
    }

    /** First group from {@code from} on that may hold data, -1 when there is none. */
    static long nextGroup(final FileExtents extents, final long from, final long size) {
        final long offset = from * IntegrityLayout.GROUP;
        final long data = offset >= size ? -1 : extents.nextData(offset);
        return data < 0 || data >= size ? -1 : data / IntegrityLayout.GROUP;
    }

    private static void fill(final ByteBuffer entry, final long number, final BlockGroup group, final CRC32C crc) {
        entry.putLong(IntegrityLayout.GROUP_NUMBER, number);
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            entry.putInt(IntegrityLayout.BLOCK_CRCS + Integer.BYTES * block, group.checksum(block));
        }
        entry.putInt(IntegrityLayout.SUMS_CRC32C, checksum(crc, entry, 0, IntegrityLayout.SUMS_CRC32C));
        group.parity(-1, entry, IntegrityLayout.PARITY);
        entry.putInt(
                IntegrityLayout.PARITY_CRC32C, checksum(crc, entry, IntegrityLayout.PARITY, IntegrityLayout.BLOCK));
    }

    /** Whether the file is still as it was when this was written: not read again, so damage since then shows. */
    static boolean stillTells(final Path data, final Path sidecar) {
        try {
            return isOf(data, sidecar) && modifiedNs(sidecar) - modifiedNs(data) > TIME_GRAIN_NS;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the file has the length and the time that the sidecar says. */
    static boolean isOf(final Path data, final Path sidecar) {
        if (!Files.isRegularFile(sidecar) || !Files.isRegularFile(data)) {
            return false;
        }
        try (Sidecar found = open(sidecar, false)) {
            return found.headerWhole
                    && found.size() == Files.size(data)
                    && found.header.getLong(IntegrityLayout.MODIFIED_NS) == modifiedNs(data);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a file is as its sidecar, which is whole, says. */
    static boolean agrees(final Path data, final Path sidecar) throws IOException {
        try (Sidecar found = open(sidecar, false)) {
            return FileComparison.agrees(data, found);
        }
    }

    /** Whether header and entries all agree with their checksums; false where there is none. */
    static boolean isWhole(final Path sidecar) throws IOException {
        if (!Files.isRegularFile(sidecar)) {
            return false;
        }
        try (Sidecar found = open(sidecar, false)) {
            boolean whole = found.headerWhole;
            while (whole && found.next()) {
                whole = found.sumsWhole() && found.parityWhole();
            }
            return whole;
        }
    }

    /** Whether a sidecar that is whole is what a damaged one was: all that is whole of that is the same there, and some of it is. */
    static boolean wasThat(final Path damaged, final Path whole) throws IOException {
        if (!isWhole(whole)) {
            return false;
        }
        try (Sidecar one = open(damaged, false);
                Sidecar other = open(whole, false)) {
            boolean alike = one.headerWhole && one.header.clear().equals(other.header.clear());
            if ((one.headerWhole && !alike) || one.entries != other.entries) {
                return false;
            }
            while (one.next() && other.next()) {
                if (one.sumsWhole()) {
                    final ByteBuffer sums = one.entry.slice(0, IntegrityLayout.SUMS_CRC32C);
                    if (!sums.equals(other.entry.slice(0, IntegrityLayout.SUMS_CRC32C))) {
                        return false;
                    }
                    alike = true;
                }
            }
            return alike;
        }
    }

    boolean headerWhole() {
        return headerWhole;
    }

    long entries() {
        return entries;
    }

    /** Length that the data file had, -1 when the header is damaged. */
    long size() {
        return headerWhole ? header.getLong(IntegrityLayout.SIZE) : -1;
    }

    /** Goes to the next entry; false when there is none. */
    boolean next() throws IOException {
        at++;
        if (at >= entries) {
            return false;
        }
        readFully(entry, place(at));
        return true;
    }

    /** Number of the entry, from 0. */
    long position() {
        return at;
    }

    /** Goes to the entry of that number. */
    void moveTo(final long number) throws IOException {
        at = number;
        readFully(entry, place(number));
    }

    /** Where the entry lies in the sidecar. */
    long offset() {
        return place(at);
    }

    /** Whether group number and block checksums are to be trusted. */
    boolean sumsWhole() {
        return checksum(crc, entry, 0, IntegrityLayout.SUMS_CRC32C) == entry.getInt(IntegrityLayout.SUMS_CRC32C);
    }

    boolean parityWhole() {
        return checksum(crc, entry, IntegrityLayout.PARITY, IntegrityLayout.BLOCK)
                == entry.getInt(IntegrityLayout.PARITY_CRC32C);
    }

    long group() {
        return entry.getLong(IntegrityLayout.GROUP_NUMBER);
    }

    int blockChecksum(final int block) {
        return entry.getInt(IntegrityLayout.BLOCK_CRCS + Integer.BYTES * block);
    }

    ByteBuffer entry() {
        return entry;
    }

    /** Writes the entry anew, of a group that is known to be whole. */
    void mend(final long number, final BlockGroup group) throws IOException {
        fill(entry, number, group, crc);
        channel.write(entry.clear(), offset());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static Path parent(final Path file) {
        final Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent;
    }

    private static long modifiedNs(final Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    private static long place(final long entry) {
        return IntegrityLayout.HEADER_LENGTH + entry * IntegrityLayout.ENTRY_LENGTH;
    }

    private static ByteBuffer buffer(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksum(final CRC32C crc, final ByteBuffer bytes, final int offset, final int length) {
        crc.reset();
        crc.update(bytes.slice(offset, length));
        return (int) crc.getValue();
    }

    // What lies behind the end is zero, and then agrees with no checksum.
    private void readFully(final ByteBuffer target, final long position) throws IOException {
        target.clear();
        FileReads.fill(channel, target, position);
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }
}
