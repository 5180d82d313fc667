package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Checks journals or audits: every excerpt by its checksum, journals also for missing ones, and the bytes behind the last
 * excerpt of each file, which must be zero. Immutable, any thread.
 */
final class QueueCheck implements FileCheck {
    static final int LENGTH_MASK = 0x3fff_ffff;
    static final int NOT_COMPLETE = 0x8000_0000;
    static final int END_OF_FILE = 0xc000_0000;
    private static final int HEADER = 4;
    private static final String JOURNAL = "journal";
    private static final String LENGTH = "the length in front of a whole excerpt";

    /** Reason of damage where a queue has its last excerpt and there is none. */
    static final String GONE = "the last excerpt, which was acknowledged, is not there";

    /** A field name of three characters, "EOF". */
    private static final int END_OF_FILE_FIELD = 0x464f_45c3;

    private final String kind;
    private final String items;
    private final Contents contents;

    private QueueCheck(final String kind, final String items, final Contents contents) {
        this.kind = kind;
        this.items = items;
        this.contents = contents;
    }

    private interface Contents {
        long check(Path queue, Consumer<Damage> found) throws IOException;
    }

    static FileCheck journals() {
        return new QueueCheck(JOURNAL, "journal excerpts", QueueCheck::excerpts);
    }

    static FileCheck audits() {
        return new QueueCheck("audit", "audit records", QueueCheck::records);
    }

    @Override
    public String items() {
        return items;
    }

    @Override
    public long check(final Path root, final boolean live, final Consumer<Damage> found) throws IOException {
        long whole = 0;
        for (final Path queue : children(root.resolve(kind), "shard-*")) {
            final List<Path> files = children(queue, "*.cq4");
            if (files.isEmpty()) {
                if (kind.equals(JOURNAL) && newestSnapshot(queue) > 0) {
                    found.accept(new Damage(-1, queue.toString(), -1, "has no file, though there are snapshots"));
                }
                continue;
            }
            try {
                whole += contents.check(queue, found);
            } catch (IOException
                    | RuntimeException
                    | InternalError
                    | AssertionError e) { // whatever a damaged file has its library or its mapping throw
                found.accept(new Damage(-1, queue.toString(), -1, "cannot be read: " + e));
            }
            if (!live) {
                for (final Path file : files) {
                    checkEnd(file, found);
                }
                if (kind.equals(JOURNAL)) {
                    checkLast(files.getLast(), found);
                }
            }
        }
        return whole;
    }

    private static long excerpts(final Path queue, final Consumer<Damage> found) {
        long whole = 0;
        try (JournalTailer tailer = JournalTailer.open(queue)) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                final Damage damage = tailer.damage();
                if (damage == null) {
                    whole++;
                } else {
                    found.accept(damage);
                }
            }
            checkReach(queue, tailer, found);
        }
        return whole;
    }

    private static long newestSnapshot(final Path queue) {
        final Path shard = queue.resolve("../../snapshots").resolve(queue.getFileName());
        final List<Path> snapshots = SnapshotFiles.newestFirst(shard.normalize());
        return snapshots.isEmpty() ? 0 : SnapshotFiles.sequence(snapshots.getFirst());
    }

    /** A snapshot is of what was journaled: where the journal ends before it, its end is lost. */
    private static void checkReach(final Path queue, final JournalTailer tailer, final Consumer<Damage> found) {
        final long sequence = newestSnapshot(queue);
        if (sequence > 0 && !tailer.toSequence(sequence)) {
            found.accept(new Damage(
                    -1,
                    queue.toString(),
                    -1,
                    "ends before sequence " + sequence
                            + ", of which there is a snapshot: what it ended with is damaged or missing"));
        }
    }

    private static long records(final Path queue, final Consumer<Damage> found) {
        long whole = 0;
        try (AuditTailer tailer = AuditTailer.open(queue)) {
            tailer.onDamage(found);
            while (tailer.next()) {
                whole++;
            }
        }
        return whole;
    }

    static List<Path> children(final Path directory, final String pattern) throws IOException {
        final List<Path> children = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, pattern)) {
                stream.forEach(children::add);
            }
        }
        children.sort(null);
        return children;
    }

    /** The last excerpt, if the word in front of it makes it an open document or one of the queue's own, is not missed by any that follows. */
    private static void checkLast(final Path file, final Consumer<Damage> found) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final ByteBuffer word = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            long at = 0;
            long last = -1;
            int header = header(channel, word, at);
            while (header != 0 && header != END_OF_FILE && next(at, header) <= channel.size()) {
                last = at;
                at = (header & NOT_COMPLETE) == 0 ? next(at, header) : channel.size();
                header = header(channel, word, at);
            }
            if (last >= 0 && (header(channel, word, last) & ~LENGTH_MASK) != 0) {
                final long body = last + HEADER;
                if ((word.getInt(0) & LENGTH_MASK) != 0 && WholeExcerpts.isAt(channel, body)) {
                    found.accept(new Damage(-1, file.toString(), last, LENGTH));
                }
            } else if (header(channel, word, at) == 0 && QueueHead.written(channel) >= at) {
                // Else a writer was killed before it acknowledged anything.
                if (WholeExcerpts.isAt(channel, at + HEADER)) {
                    found.accept(new Damage(-1, file.toString(), at, LENGTH));
                } else if (!WholeExcerpts.anyBehind(file, at)) {
                    found.accept(new Damage(-1, file.toString(), at, GONE));
                }
            }
        }
    }

    /** Steps from document to document by the lengths before them; behind the last one all must be zero. */
    private static void checkEnd(final Path file, final Consumer<Damage> found) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileExtents extents = FileExtents.open(file)) {
            final ByteBuffer word = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            final long size = channel.size();
            long at = 0;
            int header = header(channel, word, at);
            while (header != 0 && header != END_OF_FILE && (header & NOT_COMPLETE) == 0) {
                final long next = next(at, header);
                if (next > size) {
                    found.accept(new Damage(-1, file.toString(), at, "a length that leads behind the file's end"));
                    return;
                }
                at = next;
                header = header(channel, word, at);
            }
            // A killed writer leaves an open document; its bytes may be anything, up to the longest there is.
            final boolean open = header != END_OF_FILE && (header & NOT_COMPLETE) != 0;
            final long zeroFrom = open
                    ? at + HEADER + JournalConfig.MAX_STAGING
                    : header == END_OF_FILE ? behindEndOfFile(channel, word, at) : behindUnfinished(channel, word, at);
            final long stray = firstNonZero(channel, extents, zeroFrom);
            if (stray >= 0) {
                found.accept(new Damage(-1, file.toString(), stray, "bytes behind the last excerpt"));
            }
        }
    }

    /** The queue writes a field without a value behind the mark that its file has ended; a writer killed in between did not. */
    private static long behindEndOfFile(final FileChannel channel, final ByteBuffer word, final long at)
            throws IOException {
        return at + HEADER + (header(channel, word, at + HEADER) == END_OF_FILE_FIELD ? Integer.BYTES : 0);
    }

    /** A killed writer of a journal leaves an excerpt's beginning, in front of which there is no length yet. */
    private static long behindUnfinished(final FileChannel channel, final ByteBuffer word, final long at)
            throws IOException {
        if (header(channel, word, at + HEADER) != ExcerptLayout.MAGIC_VALUE) {
            return at;
        }
        final int payload = header(channel, word, at + HEADER + ExcerptLayout.LENGTH);
        return payload < 0 || payload > JournalConfig.MAX_STAGING
                ? at
                : at + HEADER + ExcerptLayout.HEADER_LENGTH + payload;
    }

    /** Where the document behind one begins: at a multiple of 4. */
    static long next(final long at, final int header) {
        return at + HEADER + (((header & LENGTH_MASK) + HEADER - 1) & -HEADER);
    }

    static int header(final FileChannel channel, final ByteBuffer word, final long at) throws IOException {
        word.clear();
        FileReads.fill(channel, word, at);
        return word.hasRemaining() ? 0 : word.getInt(0);
    }

    private static long firstNonZero(final FileChannel channel, final FileExtents extents, final long from)
            throws IOException {
        final ByteBuffer chunk = ByteBuffer.allocate(IntegrityLayout.GROUP);
        final long size = channel.size();
        long at = from;
        while (at < size) {
            at = extents.nextData(at);
            if (at < 0) {
                return -1;
            }
            chunk.clear();
            if (channel.read(chunk, at) <= 0) {
                return -1;
            }
            for (int i = 0; i < chunk.position(); i++) {
                if (chunk.get(i) != 0) {
                    return at + i;
                }
            }
            at += chunk.position();
        }
        return -1;
    }
}
