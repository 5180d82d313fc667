package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes excerpts of a journal over damaged ones, from a copy in which they are whole: the same bytes at the same places, which
 * is what copies are. Owned by one thread; made for one repair. The
 * queue's index pages, which change as it grows, are left alone.
 *
 * <p>First the copy is held against the journal: wherever both have a whole excerpt it has to be the same one, or the copy tells of another history and nothing
 * is taken from it. So nothing that is whole is ever written over.
 */
final class ExcerptMending {
    private static final int WORD = Integer.BYTES;
    private static final int CHUNK = 1 << 16;

    private final Path journal;
    private final List<Pair> pairs = new ArrayList<>();

    private ExcerptMending(final Path journal) {
        this.journal = journal;
    }

    /** A file of the copy and where it belongs, with what is whole in each; the target's is null where there is no such file. */
    private record Pair(
            Path from,
            Path target,
            WholeExcerpts copied,
            @Nullable WholeExcerpts own) {
        /** Whether the copy has all that the file had: else its head says of an earlier end, and the queue would write over what is behind that. */
        boolean reachesAsFar() {
            return copied.count() > 0
                    && (own == null || own.count() == 0 || own.to(own.count() - 1) <= copied.to(copied.count() - 1));
        }
    }

    /** Told of each excerpt that was written. */
    interface Listener {
        /** What was written where, from which file; at offset 0 a whole file. */
        void mended(Path target, long offset, Path from);
    }

    /** Reads a journal and its copy; changes nothing. */
    static ExcerptMending of(final Path journal, final Path copy) throws IOException {
        final ExcerptMending mending = new ExcerptMending(journal);
        for (final Path from : QueueCheck.children(copy, "*" + FileComparison.GROWING)) {
            final Path target = journal.resolve(from.getFileName());
            mending.pairs.add(new Pair(
                    from, target, WholeExcerpts.of(from), Files.exists(target) ? WholeExcerpts.of(target) : null));
        }
        return mending;
    }

    /** Why the copy is none of this journal; null when it is one. */
    @Nullable
    String otherHistory() throws IOException {
        boolean alike = false;
        boolean any = false;
        for (final Pair pair : pairs) {
            final WholeExcerpts own = pair.own;
            any |= own != null && own.count() > 0;
            if (own != null) {
                final long differs = firstDifference(pair, own);
                if (differs >= 0) {
                    return pair.from + " is of another history: at byte " + differs + " it has another excerpt";
                }
                alike |= own.count() > 0 && pair.copied.count() > 0;
            }
        }
        for (final Path file : QueueCheck.children(journal, "*" + FileComparison.GROWING)) {
            final String other = sharing(file);
            if (other != null) {
                return other;
            }
            any |= pairs.stream().noneMatch(pair -> pair.target.equals(file));
        }
        return any && !alike ? "it has no excerpt of " + journal + " to tell its history by" : null;
    }

    /** A file that one of both lacks must not hold what another one holds there. */
    private @Nullable String sharing(final Path file) throws IOException {
        WholeExcerpts own = null;
        for (final Pair pair : pairs) {
            if (!pair.target.equals(file)) {
                own = own == null ? WholeExcerpts.of(file) : own;
                if (own.sharesOrdinals(pair.copied)) {
                    return pair.from + " is of another history: excerpts of its numbers lie in " + file;
                }
            }
        }
        return null;
    }

    private static long firstDifference(final Pair pair, final WholeExcerpts own) throws IOException {
        final ByteBuffer one = ByteBuffer.allocate(CHUNK);
        final ByteBuffer other = ByteBuffer.allocate(CHUNK);
        try (FileChannel in = FileChannel.open(pair.from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(pair.target, StandardOpenOption.READ)) {
            for (int i = 0; i < pair.copied.count(); i++) {
                final long begin = pair.copied.body(i);
                for (int k = own.firstBehind(begin);
                        k < own.count() && own.from(k) < pair.copied.to(i) && pair.copied.isFramed(i);
                        k++) {
                    final boolean same = own.body(k) == begin
                            && own.to(k) == pair.copied.to(i)
                            && equal(in, out, begin, pair.copied.to(i), one, other);
                    if (!same && own.belongs(k)) {
                        return begin;
                    }
                }
                if (pair.copied.isFramed(i) && isAnother(in, out, begin, one, other)) {
                    return begin;
                }
            }
        }
        return -1;
    }

    /** Whether at that place is a damaged excerpt of which so much is left that it can be told to be none of the copy's. */
    private static boolean isAnother(
            final FileChannel in, final FileChannel out, final long body, final ByteBuffer one, final ByteBuffer other)
            throws IOException {
        final ByteBuffer copied = read(in, one, body - WORD, WORD + ExcerptLayout.HEADER_LENGTH);
        final ByteBuffer own = read(out, other, body - WORD, WORD + ExcerptLayout.HEADER_LENGTH);
        return own.remaining() == copied.remaining()
                && own.getInt(WORD + ExcerptLayout.MAGIC) == copied.getInt(WORD + ExcerptLayout.MAGIC)
                && own.getInt(0) != 0 // else a killed writer began it
                && own.getInt(WORD + ExcerptLayout.CRC32C) != copied.getInt(WORD + ExcerptLayout.CRC32C)
                && (own.getLong(WORD + ExcerptLayout.TIME_NS) != copied.getLong(WORD + ExcerptLayout.TIME_NS)
                        || own.getLong(WORD + ExcerptLayout.FIRST_SEQUENCE)
                                != copied.getLong(WORD + ExcerptLayout.FIRST_SEQUENCE));
    }

    private static boolean equal(
            final FileChannel in,
            final FileChannel out,
            final long from,
            final long to,
            final ByteBuffer one,
            final ByteBuffer other)
            throws IOException {
        for (long at = from; at < to; at += CHUNK) {
            final int length = (int) Math.min(CHUNK, to - at);
            if (!read(in, one, at, length).equals(read(out, other, at, length))) {
                return false;
            }
        }
        return true;
    }

    /** Writes what is whole in the copy only, where {@link #otherHistory} found none. A file that is missing, or of which nothing is whole, is taken whole. */
    void run(final Listener listener) throws IOException {
        for (final Pair pair : pairs) {
            final WholeExcerpts own = pair.own;
            if (own != null && (own.count() > 0 || pair.copied.count() == 0)) {
                mend(pair, own, listener);
            } else {
                WholeFile.take(pair.from, pair.target);
                listener.mended(pair.target, 0, pair.from);
            }
        }
    }

    /** Takes the copy's metadata, where it has the same newest file. Where {@link #otherHistory} found none. */
    void metadata(final Listener listener) throws IOException {
        final List<Path> files = QueueCheck.children(journal, "*" + FileComparison.GROWING);
        for (final Pair pair : pairs) {
            final Path metadata = pair.from.resolveSibling(QueueFiles.METADATA);
            if (pair.target.equals(files.getLast()) && pair.reachesAsFar() && Files.isRegularFile(metadata)) {
                final Path target = journal.resolve(QueueFiles.METADATA);
                WholeFile.take(metadata, target);
                listener.mended(target, 0, metadata);
            }
        }
    }

    /** Takes what lies in front of each file's first excerpt. After {@link #run}, so not by the picture of before. */
    void heads(final Listener listener) throws IOException {
        for (final Pair pair : pairs) {
            final WholeExcerpts own = WholeExcerpts.of(pair.target);
            if (own.count() > 0 && pair.reachesAsFar() && own.from(0) == pair.copied.from(0)) {
                try (FileChannel in = FileChannel.open(pair.from, StandardOpenOption.READ);
                        FileChannel out = FileChannel.open(pair.target, StandardOpenOption.WRITE)) {
                    write(in, out, 0, own.from(0));
                    out.force(true);
                }
                listener.mended(pair.target, 0, pair.from);
            }
        }
    }

    private static void mend(final Pair pair, final WholeExcerpts own, final Listener listener) throws IOException {
        try (FileChannel in = FileChannel.open(pair.from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(pair.target, StandardOpenOption.WRITE)) {
            for (int i = 0; i < pair.copied.count(); i++) {
                final long begin = pair.copied.from(i);
                final int there = own.firstBehind(begin);
                final boolean whole = there < own.count() && own.from(there) == begin;
                if (!whole && pair.copied.isFramed(i)) {
                    // The length in front is written last: until then no reader takes what follows it for whole.
                    write(in, out, begin + WORD, pair.copied.to(i));
                    write(in, out, begin, begin + WORD);
                    listener.mended(pair.target, begin + WORD, pair.from);
                }
            }
            out.force(true);
        }
    }

    private static void write(final FileChannel in, final FileChannel out, final long from, final long to)
            throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        for (long at = from; at < to; at += CHUNK) {
            read(in, bytes, at, (int) Math.min(CHUNK, to - at));
            while (bytes.hasRemaining()) {
                out.write(bytes, at + bytes.position());
            }
        }
    }

    private static ByteBuffer read(final FileChannel channel, final ByteBuffer target, final long at, final int length)
            throws IOException {
        target.clear().limit(length);
        FileReads.fill(channel, target, at);
        return target.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
