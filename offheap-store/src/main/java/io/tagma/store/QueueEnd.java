package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What lies behind the last excerpt that can be read of a queue's file. Owned by the queue's writer, before it writes. */
final class QueueEnd implements AutoCloseable {
    /** What an audit writes in one piece at most, and more. */
    private static final int AUDIT_GROUP = 2 << 20;

    private static final int WORD = Integer.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer word = ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN);

    private QueueEnd(final Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    static QueueEnd of(final Path file) throws IOException {
        return new QueueEnd(file);
    }

    /**
     * Writes zeros over what a writer of an audit that was killed left there.
     *
     * @param position of the length word of any of the last excerpts
     */
    void wipeRecords(final long position) throws IOException {
        final long at = firstThatIsNotWhole(position);
        if (header(at) != QueueCheck.END_OF_FILE) {
            wipe(at, AUDIT_GROUP);
        }
    }

    /**
     * Writes zeros over what a writer of a journal that was killed left there: the beginning of one more excerpt, whose length is still zero. The next one would
     * leave some of it behind itself, and nobody could tell that from damage.
     *
     * <p>Only where it can be nothing else: right behind an excerpt that is whole, with an excerpt's beginning that is not whole, and nothing whole behind it.
     *
     * @param position of the length word of the last excerpt that can be read
     */
    void wipeBegun(final long position) throws IOException {
        if (!WholeExcerpts.isAt(channel, position + WORD)) {
            return;
        }
        final long at = firstThatIsNotWhole(position);
        if (header(at) == 0
                && header(at + WORD) == ExcerptLayout.MAGIC_VALUE
                && !WholeExcerpts.anyBehind(file, position + WORD)) {
            wipe(at, JournalConfig.MAX_STAGING + WORD);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Where the first word is that is no length of a whole document. */
    private long firstThatIsNotWhole(final long position) throws IOException {
        long at = position;
        int header = header(at);
        while (header != 0 && (header & QueueCheck.NOT_COMPLETE) == 0) {
            at = QueueCheck.next(at, header);
            header = header(at);
        }
        return at;
    }

    private int header(final long at) throws IOException {
        return QueueCheck.header(channel, word, at);
    }

    private void wipe(final long from, final int length) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(length);
        FileReads.fill(channel, bytes, from);
        bytes.flip();
        final ByteBuffer zeros = ByteBuffer.allocate(bytes.limit());
        if (bytes.mismatch(zeros) >= 0) {
            while (zeros.hasRemaining()) {
                channel.write(zeros, from + zeros.position());
            }
        }
    }
}
