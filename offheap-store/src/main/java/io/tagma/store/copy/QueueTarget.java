package io.tagma.store.copy;

import io.tagma.store.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One copied file of a queue. Owned by the shipper's thread.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>What a reader finds in the copy is a prefix of the original: the first word of what is added is written last, and
 *       pages that refer to data only after that data.
 *   <li>A file carries its name only once it can be opened; until then it is called {@code .part}.
 *   <li>Each block is read back and its CRC-32C compared. That is the page cache's answer, not the disk's.
 *   <li>A copy that holds something else than the original is put aside under another name, never overwritten.
 * </ol>
 */
final class QueueTarget implements AutoCloseable {
    static final String PART = ".part";
    private static final int BLOCK = 256 << 10;
    private static final long NONE = -1;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer back = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private final List<byte[]> written = new ArrayList<>();
    private final long oldEnd;
    private boolean named;
    private long shipped;
    private int nextPage;
    private long heldAt = NONE;
    private int held;
    private long bytes;

    QueueTarget(final Path path) throws IOException {
        this.path = path;
        named = Files.exists(path);
        if (!named) {
            Files.deleteIfExists(part());
        }
        final Path file = named ? path : part();
        OwnerOnly.file(file);
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        oldEnd = channel.size();
    }

    /** Says that a copy holds what its original does not. */
    static final class Diverged extends IOException {
        private static final long serialVersionUID = 1;

        Diverged(final String message) {
            super(message);
        }
    }

    /** Whether the file is where it was made; a removed one could be written to for ever. */
    boolean exists() {
        return Files.exists(named ? path : part());
    }

    /** Bytes written since it was opened. */
    long bytes() {
        return bytes;
    }

    long lag(final QueueSource source) {
        return source.end() - shipped;
    }

    boolean caughtUp(final QueueSource source) {
        return named
                && shipped == source.end()
                && source.atEnd()
                && written.size() == source.pages().size();
    }

    /** Ships at most {@code budget} bytes, and the pages when the end is reached. Returns bytes written or compared. */
    long ship(final QueueSource source, final long budget) throws IOException {
        long done = 0;
        while (shipped < source.end() && done < budget) {
            done += step(source);
        }
        if (shipped == source.end()) {
            release();
            if (source.atEnd()) {
                done += shipPages(source);
            }
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private long step(final QueueSource source) throws IOException {
        long limit = source.end();
        if (nextPage < source.pages().size()) {
            final QueueSource.Page page = source.pages().get(nextPage);
            if (page.position == shipped) {
                release();
                shipped += (page.length + Integer.BYTES - 1) & -Integer.BYTES;
                nextPage++;
                return 0;
            }
            limit = page.position;
        }
        final int length = (int) Math.min(BLOCK, limit - shipped);
        source.read(block.clear().limit(length), shipped);
        block.flip();
        if (!alreadyThere(length)) {
            // What is complete is told by its first word: a reader must not see that before the rest.
            final boolean first = heldAt == NONE && named;
            if (first) {
                heldAt = shipped;
                held = block.getInt(0);
            }
            write(first ? Integer.BYTES : 0, shipped);
        }
        shipped += length;
        return length;
    }

    private void release() throws IOException {
        if (heldAt != NONE) {
            block.clear().putInt(0, held).limit(Integer.BYTES);
            write(0, heldAt);
            heldAt = NONE;
        }
    }

    private boolean alreadyThere(final int length) throws IOException {
        if (shipped >= oldEnd) {
            return false;
        }
        QueueSource.readFully(channel, back.clear().limit(length), shipped);
        back.flip();
        if (back.equals(block)) {
            return true;
        }
        for (int i = 0; i < back.limit(); i++) {
            if (back.get(i) != 0 && back.get(i) != block.get(i)) {
                throw new Diverged(path + " holds something else than the original at byte " + (shipped + i));
            }
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // the source makes another array whenever the bytes changed
    private long shipPages(final QueueSource source) throws IOException {
        long done = 0;
        for (int i = 0; i < source.pages().size(); i++) {
            final QueueSource.Page page = source.pages().get(i);
            if (page.bytes.length == 0) {
                return done; // seen by this walk only: the next one reads it first
            }
            if (i == written.size()) {
                written.add(new byte[0]);
            }
            if (written.get(i) != page.bytes) {
                writePage(page);
                written.set(i, page.bytes);
                done += page.length;
            }
        }
        if (!named && !source.pages().isEmpty()) {
            giveName();
        }
        if (named && channel.size() < source.size()) {
            // Readers map beyond the last document; the rest of the file is a hole here as there.
            channel.write(ByteBuffer.allocate(1), source.size() - 1);
        }
        return done;
    }

    private void writePage(final QueueSource.Page page) throws IOException {
        for (int at = Integer.BYTES; at < page.length; at += BLOCK) {
            final int length = Math.min(BLOCK, page.length - at);
            block.clear().put(page.bytes, at, length).flip();
            write(0, page.position + at);
        }
        block.clear().put(page.bytes, 0, Integer.BYTES).flip();
        write(0, page.position);
    }

    private void giveName() throws IOException {
        channel.force(true);
        Files.move(part(), path, StandardCopyOption.ATOMIC_MOVE);
        named = true;
    }

    /** Writes the block from {@code skip} on and reads it back; {@code position} is that of the block's first byte. */
    private void write(final int skip, final long position) throws IOException {
        final int length = block.limit();
        block.position(skip);
        while (block.hasRemaining()) {
            channel.write(block, position + block.position());
        }
        bytes += length - skip;
        QueueSource.readFully(channel, back.clear().limit(length - skip), position + skip);
        if (checksum(block.position(skip)) != checksum(back.flip())) {
            throw new IOException(path + " does not read back as it was written, at bytes " + position + " to "
                    + (position + length) + ": check the disk");
        }
    }

    private long checksum(final ByteBuffer of) {
        crc.reset();
        crc.update(of);
        return crc.getValue();
    }

    private Path part() {
        return path.resolveSibling(path.getFileName() + PART);
    }
}
