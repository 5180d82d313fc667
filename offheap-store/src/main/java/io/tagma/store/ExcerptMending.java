package io.tagma.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * Writes excerpts of one file of a journal over damaged ones, from a copy in which they are whole: the same bytes at the same places, which
 * is what copies are. Owned by one thread. An excerpt is written only where the copy's agrees with its own checksum; the
 * queue's index pages, which change as it grows, are left alone.
 */
final class ExcerptMending {
    private static final int LENGTH_MASK = 0x3fff_ffff;
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int META = 0x4000_0000;
    private static final int WORD = Integer.BYTES;

    private final Path from;
    private final Path target;
    private final LongConsumer mended;
    private final ExcerptCopy excerpt = new ExcerptCopy();
    private final ByteBuffer word = ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer whole =
            ByteBuffer.allocateDirect(WORD + JournalConfig.MAX_STAGING).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer found = ByteBuffer.allocateDirect(WORD + JournalConfig.MAX_STAGING);

    /** Told of each excerpt that was written, by the offset of its first byte. */
    ExcerptMending(final Path from, final Path target, final LongConsumer mended) {
        this.from = from;
        this.target = target;
        this.mended = mended;
    }

    /** Mends; a file that is missing is taken whole. */
    void run() throws IOException {
        if (!Files.exists(target)) {
            OwnerOnly.file(target);
            Files.copy(from, target, StandardCopyOption.REPLACE_EXISTING);
            OwnerOnly.file(target);
            mended.accept(0);
            return;
        }
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = 0;
            int header = header(in, at);
            while (header != 0 && (header & NOT_COMPLETE) == 0) {
                final int length = header & LENGTH_MASK;
                if ((header & META) == 0 && length <= JournalConfig.MAX_STAGING) {
                    mend(in, out, at, length);
                }
                at += WORD + ((length + WORD - 1) & -WORD);
                header = header(in, at);
            }
            out.force(true);
        } finally {
            excerpt.free();
        }
    }

    private void mend(final FileChannel in, final FileChannel out, final long at, final int length) throws IOException {
        read(in, whole, at, WORD + length);
        read(out, found, at, WORD + length);
        if (whole.equals(found)
                || whole.remaining() < WORD + length
                || excerpt.load(MemorySegment.ofBuffer(whole).address() + WORD, length) != null) {
            return;
        }
        // The length in front is written last: until then no reader takes what follows it for whole.
        whole.position(WORD);
        write(out, whole, at);
        whole.position(0).limit(WORD);
        write(out, whole, at);
        mended.accept(at + WORD);
    }

    private static void write(final FileChannel out, final ByteBuffer bytes, final long at) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes, at + bytes.position());
        }
    }

    private int header(final FileChannel channel, final long at) throws IOException {
        read(channel, word, at, WORD);
        return word.remaining() < WORD ? 0 : word.getInt(0);
    }

    private static void read(final FileChannel channel, final ByteBuffer target, final long at, final int length)
            throws IOException {
        target.clear().limit(length);
        while (target.hasRemaining() && channel.read(target, at + target.position()) >= 0) {
            // a read may stop early
        }
        target.flip();
    }
}
