package io.tagma.store.copy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One file of a live queue as its copies see it: how far its documents are complete, and which of them are changed in place.
 * Owned by the shipper's thread; the file belongs to its writer and is only read.
 *
 * <p>A document is a little-endian word (bit 31: not complete, bit 30: metadata, else the length) and its bytes, the next one
 * begins at a multiple of 4. Data documents never change once complete. Metadata documents (the head, the index pages) are
 * written in place and refer to data, so what they hold may only be shown in a copy when the copy has that data: their bytes
 * are read before the walk to the end and written after it.
 */
final class QueueSource implements AutoCloseable {
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int METADATA = 0x4000_0000;
    private static final int END_OF_FILE = NOT_COMPLETE | METADATA;
    private static final int LENGTH = METADATA - 1;
    private static final int CHUNK = 256 << 10;
    private static final long MOST_A_WALK = 4 << 20;
    private static final long REFRESH_MS = 100;
    private static final int ALWAYS_FIRST = 2;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Page> pages = new ArrayList<>();
    private long end;
    private long readMs = Long.MIN_VALUE;
    private boolean atEnd;
    private boolean sealed;

    QueueSource(final Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    /** A metadata document: where it lies, its length with the word in front, and its bytes as last read, empty before. */
    static final class Page {
        final long position;
        final int length;
        byte[] bytes = {};

        Page(final long position, final int length) {
            this.position = position;
            this.length = length;
        }
    }

    Path path() {
        return path;
    }

    /** Position behind the last complete document that was seen. */
    long end() {
        return end;
    }

    /** Whether the last walk came to the end: then all that the pages refer to lies before {@link #end}. */
    boolean atEnd() {
        return atEnd;
    }

    /** Whether its writer has closed it: it goes on in another file. */
    boolean sealed() {
        return sealed;
    }

    List<Page> pages() {
        return pages;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Reads what was changed in place, then walks on; at most {@value #MOST_A_WALK} bytes. Returns bytes walked. */
    long poll(final long nowMs) throws IOException {
        readPages(nowMs);
        final long from = end;
        atEnd = sealed;
        while (!atEnd && end - from < MOST_A_WALK) {
            walk();
        }
        return end - from;
    }

    /** Reads committed bytes. */
    void read(final ByteBuffer into, final long position) throws IOException {
        readFully(channel, into, position);
        if (into.hasRemaining()) {
            throw new IOException(path + " ends at " + channel.size() + ", before what was committed");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Reads until the buffer is full or the file ends. */
    static void readFully(final FileChannel from, final ByteBuffer into, final long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            final int read = from.read(into, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    private void readPages(final long nowMs) throws IOException {
        final boolean due = nowMs - readMs >= REFRESH_MS || readMs == Long.MIN_VALUE;
        for (int i = 0; i < pages.size(); i++) {
            final Page page = pages.get(i);
            final boolean live = i < ALWAYS_FIRST || i >= pages.size() - 2;
            if (page.bytes.length == 0 || (due && live)) {
                final byte[] bytes = new byte[page.length];
                read(ByteBuffer.wrap(bytes), page.position);
                if (!Arrays.equals(bytes, page.bytes)) {
                    page.bytes = bytes;
                }
            }
        }
        readMs = due ? nowMs : readMs;
    }

    private void walk() throws IOException {
        chunk.clear();
        readFully(channel, chunk, end);
        final int have = chunk.position();
        int at = 0;
        while (!atEnd && at <= have - Integer.BYTES) {
            final int word = chunk.getInt(at);
            if (word == END_OF_FILE) {
                sealed = true;
                atEnd = true;
                at += Integer.BYTES;
            } else if (word == 0 || (word & NOT_COMPLETE) != 0) {
                atEnd = true;
            } else {
                final int length = Integer.BYTES + (word & LENGTH);
                if ((word & METADATA) != 0) {
                    pages.add(new Page(end + at, length));
                }
                at += (length + Integer.BYTES - 1) & -Integer.BYTES;
            }
        }
        atEnd |= have < Integer.BYTES;
        end += at;
    }
}
