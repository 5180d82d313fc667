package io.tagma.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Where the excerpts of one journal file lie that agree with their own checksums. It goes by what is in them and not by the lengths in front of them, so a
 * damaged one hides none behind it. Owned by one thread; a picture of the time at which it was taken.
 */
final class WholeExcerpts {
    private static final int STEP = Integer.BYTES; // what an excerpt's place is a multiple of
    private static final int CHUNK = 1 << 16;

    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private final ExcerptCopy excerpt = new ExcerptCopy();
    private ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK);
    private long chunkFrom = -1;
    private long[] from = new long[64];
    private long[] body = new long[64];
    private long[] ordinals = new long[64];
    private long[] to = new long[64];
    private int count;
    private long firstOrdinal = -1;
    private long lastOrdinal = -1;

    private WholeExcerpts() {}

    /** Reads a file. */
    static WholeExcerpts of(final Path file) throws IOException {
        final WholeExcerpts found = new WholeExcerpts();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileExtents extents = FileExtents.open(file)) {
            found.scan(channel, extents);
        } finally {
            found.excerpt.free();
        }
        return found;
    }

    /** Whether one begins behind an offset, whatever the word in front of it says. */
    static boolean anyBehind(final Path file, final long offset) throws IOException {
        final WholeExcerpts found = of(file);
        return found.count > 0 && found.body[found.count - 1] > offset;
    }

    /** Whether a whole one begins there, behind the word in front of it. */
    static boolean isAt(final FileChannel channel, final long body) throws IOException {
        final WholeExcerpts found = new WholeExcerpts();
        try {
            return found.word(channel, body) == ExcerptLayout.MAGIC_VALUE
                    && found.end(channel, body, channel.size()) > body;
        } finally {
            found.excerpt.free();
        }
    }

    private void scan(final FileChannel channel, final FileExtents extents) throws IOException {
        final long size = channel.size();
        long at = 0;
        while (at >= 0 && at + ExcerptLayout.HEADER_LENGTH <= size) {
            if (word(channel, at) == ExcerptLayout.MAGIC_VALUE) {
                final long end = end(channel, at, size);
                if (end > at) {
                    add(at, end, at >= STEP && word(channel, at - STEP) == end - at);
                    at = (end + STEP - 1) & -STEP;
                    continue;
                }
            }
            at += STEP;
            if (at % CHUNK == 0) {
                final long data = extents.nextData(at);
                at = data < 0 ? -1 : data & -STEP;
            }
        }
    }

    /** Behind the excerpt that begins there, or -1 when there is none that is whole. */
    private long end(final FileChannel channel, final long at, final long size) {
        final int payload = word(channel, at + ExcerptLayout.LENGTH);
        if (payload < 0 || payload > JournalConfig.MAX_STAGING || at + ExcerptLayout.HEADER_LENGTH + payload > size) {
            return -1;
        }
        final int length = ExcerptLayout.HEADER_LENGTH + payload;
        if (bytes.capacity() < length) {
            bytes = ByteBuffer.allocateDirect(length);
        }
        bytes.clear().limit(length);
        try {
            FileReads.fill(channel, bytes, at);
        } catch (IOException e) {
            return -1; // unreadable is not whole
        }
        return !bytes.hasRemaining()
                        && excerpt.load(MemorySegment.ofBuffer(bytes.flip()).address(), length) == null
                ? at + length
                : -1;
    }

    private int word(final FileChannel channel, final long at) {
        if (chunkFrom < 0 || at < chunkFrom || at + STEP > chunkFrom + chunk.limit()) {
            chunk.clear();
            fillWhatCan(channel, at);
            chunk.flip();
            chunkFrom = at;
        }
        return at + STEP > chunkFrom + chunk.limit() ? 0 : chunk.getInt((int) (at - chunkFrom));
    }

    /** What the disk does not give back is taken for zeros: no excerpt in it is whole. */
    private void fillWhatCan(final FileChannel channel, final long at) {
        while (chunk.position() < CHUNK) {
            final int piece = Math.min(CHUNK, chunk.position() + IntegrityLayout.BLOCK);
            try {
                chunk.limit(piece);
                FileReads.fill(channel, chunk, at);
                if (chunk.hasRemaining()) {
                    return; // the file's end
                }
            } catch (IOException e) {
                while (chunk.hasRemaining()) {
                    chunk.put((byte) 0);
                }
            }
        }
    }

    private void add(final long begin, final long end, final boolean framed) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            body = Arrays.copyOf(body, 2 * count);
            ordinals = Arrays.copyOf(ordinals, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        final long ordinal = excerpt.getLong(ExcerptLayout.ORDINAL);
        from[count] = begin - (framed ? STEP : 0);
        body[count] = begin;
        ordinals[count] = ordinal;
        to[count] = end;
        count++;
        if (framed) {
            firstOrdinal = firstOrdinal < 0 ? ordinal : Math.min(firstOrdinal, ordinal);
            lastOrdinal = Math.max(lastOrdinal, ordinal);
        }
    }

    int count() {
        return count;
    }

    /** Offset of the first byte: of the word in front of it where that says its length, else of the excerpt. */
    long from(final int i) {
        return from[i];
    }

    /** Offset of the excerpt itself, behind the word in front of it. */
    long body(final int i) {
        return body[i];
    }

    /** Whether the word in front of it says its length: else it is damaged, or its writer was killed before it wrote it. */
    boolean isFramed(final int i) {
        return from[i] < body[i];
    }

    /** Its number in the journal. */
    long ordinal(final int i) {
        return ordinals[i];
    }

    /** Offset behind it. */
    long to(final int i) {
        return to[i];
    }

    /** Whether both hold excerpts of one number. */
    boolean sharesOrdinals(final WholeExcerpts other) {
        return count > 0 && other.count > 0 && firstOrdinal <= other.lastOrdinal && other.firstOrdinal <= lastOrdinal;
    }

    /** Index of the first that ends behind an offset, {@link #count} when there is none. */
    int firstBehind(final long offset) {
        final int found = Arrays.binarySearch(to, 0, count, offset + 1);
        return found < 0 ? -found - 1 : found;
    }

    /** Whether no other has its number: one that has was copied there by something else. */
    boolean isOnly(final int i) {
        for (int k = 0; k < count; k++) {
            if (k != i && ordinals[k] == ordinals[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether it belongs where it lies: its length says so, or its number is one of those that are missing there. */
    boolean belongs(final int i) {
        if (isFramed(i)) {
            return true;
        }
        for (int k = 0; k < count; k++) {
            if (isFramed(k) && (k < i ? ordinals[k] >= ordinals[i] : ordinals[k] <= ordinals[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a block differs from what it was because excerpts were appended: it is as it was up to a place from which on all was zero, and behind that an
     * excerpt begins in it whose number is above all before.
     *
     * @param was its checksum then
     * @param begin its offset in the file
     */
    boolean appendedTo(final BlockGroup group, final int block, final int was, final long begin) {
        final int newest = newestIn(begin);
        for (int length = 0; newest >= 0 && length <= from[newest] - begin; length += STEP) {
            if (group.checksumOfFirst(block, length) == was) {
                return true;
            }
        }
        return false;
    }

    /** The last that begins in a block and whose number is above all before; -1 when there is none. */
    private int newestIn(final long begin) {
        int newest = -1;
        long last = -1;
        for (int i = 0; i < count && from[i] < begin + IntegrityLayout.BLOCK; i++) {
            newest = from[i] >= begin && ordinals[i] > last ? i : newest;
            last = Math.max(last, ordinals[i]);
        }
        return newest;
    }
}
