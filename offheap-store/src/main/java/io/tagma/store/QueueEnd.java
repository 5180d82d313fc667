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
        final long at = firstNotCompleted(position, (document, header) -> {});
        if (header(at) != QueueCheck.END_OF_FILE) {
            wipe(at, AUDIT_GROUP);
        }
    }

    /**
     * Sees to it that the next excerpt of a journal follows the last. What a writer that was killed left there, one more excerpt, or its beginning, whose
     * length is still zero, is written over with zeros: the next one would leave some of it behind itself, and nobody could tell that from damage.
     *
     * <p>Only where it can be nothing else: right behind an excerpt that is whole, or the file's first, with an excerpt's beginning, nothing whole behind it, and no
     * word of the queue that it was written.
     *
     * @param position of the length word of the last excerpt that can be read, 0 when there is none in this file
     * @throws StoreException when what was acknowledged last cannot be found, or a whole excerpt lies behind it: the next one would be written over it, or where nobody
     *     finds it
     */
    void tidyJournal(final long position) throws IOException {
        if (position > 0 && !WholeExcerpts.isAt(channel, position + WORD)) {
            return;
        }
        final long at = firstNotCompleted(position, this::requireOneOfTheQueuesOwn);
        if (header(at) == QueueCheck.END_OF_FILE) {
            return;
        }
        // The queue says so once there is a length. Before, a writer may have been killed, who had acknowledged
        // nothing.
        if (QueueHead.written(channel) >= at) {
            throw damaged(at);
        }
        if (header(at + WORD) == ExcerptLayout.MAGIC_VALUE) {
            if (WholeExcerpts.anyBehind(file, at + WORD)) {
                throw damaged(at);
            }
            wipe(at, JournalConfig.MAX_STAGING + WORD);
        }
    }

    private void requireOneOfTheQueuesOwn(final long at, final int header) throws IOException {
        if ((header & QueueCheck.LENGTH_MASK) != header && WholeExcerpts.isAt(channel, at + WORD)) {
            throw damaged(at);
        }
    }

    private StoreException damaged(final long at) {
        return new StoreException(
                file + " is damaged at byte " + at
                        + ": the queue has an excerpt there that cannot be found by its length. Run 'tagma repair', with --from a copy where there is one.");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private interface Document {
        void at(long position, int header) throws IOException;
    }

    /** Where the first word is that is no length of a completed document. */
    private long firstNotCompleted(final long position, final Document passed) throws IOException {
        long at = position;
        int header = header(at);
        while (header != 0 && (header & QueueCheck.NOT_COMPLETE) == 0) {
            passed.at(at, header);
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
        if (bytes.mismatch(ByteBuffer.allocate(bytes.limit())) >= 0) {
            // The head last: killed before it, the next launch knows by it what this is.
            final int head = Math.min(WORD + ExcerptLayout.HEADER_LENGTH, bytes.limit());
            zeros(from + head, bytes.limit() - head);
            zeros(from, head);
        }
    }

    private void zeros(final long from, final int length) throws IOException {
        for (final ByteBuffer zeros = ByteBuffer.allocate(length); zeros.hasRemaining(); ) {
            channel.write(zeros, from + zeros.position());
        }
    }
}
