package io.tagma.store;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal, from any thread and any process, also while it is appended to. Owned by its one reading thread.
 *
 * <p>Opens the files for reading only. Each excerpt is copied out and its checksum, its frames and its number in the journal are
 * checked: what is not whole, or missing, is {@link TailerCode#DAMAGED}, and the tailer goes on behind it.
 *
 * <pre>{@code
 * while (tailer.next() == TailerCode.EXCERPT) {
 *     for (int i = 0; i < tailer.count(); i++) {
 *         handle(tailer.buffer(), tailer.frameOffset(i), tailer.frameLength(i));
 *     }
 * }
 * }</pre>
 */
public final class JournalTailer implements AutoCloseable {
    private static final long UNKNOWN = -1;

    private final QueueReading reading;
    private final ExcerptCopy copy = new ExcerptCopy();
    private final QueueReading.Visitor take = this::take;
    private @Nullable Damage damage;
    private long index;
    private long nextOrdinal = UNKNOWN;
    private int damagedInARow;
    private boolean behindGap;
    private boolean endSeen;
    private boolean stuck;
    private boolean closed;

    private JournalTailer(final QueueReading reading) {
        this.reading = reading;
    }

    /**
     * Opens a journal at its start.
     *
     * @throws StoreException when there is none, or it cannot be read
     */
    public static JournalTailer open(final Path directory) {
        return new JournalTailer(new QueueReading(directory));
    }

    /** Another tailer of the same files, at their start, for the same thread; to be closed before this one. Costs next to nothing. */
    public JournalTailer beside() {
        return new JournalTailer(reading.beside());
    }

    /** Goes to the next excerpt: {@link TailerCode#EXCERPT}, {@link TailerCode#END} or {@link TailerCode#DAMAGED}. */
    public int next() {
        if (behindGap) {
            // The excerpt that showed the gap is whole itself and still here.
            behindGap = false;
            damage = null;
            return TailerCode.EXCERPT;
        }
        if (stuck) {
            damage = null;
            return TailerCode.END;
        }
        final long at = reading.index();
        try {
            int code = reading.next(take, TailerCode.END);
            if (code == TailerCode.END && hole()) {
                // It may have been appended between the two looks.
                code = reading.next(take, TailerCode.END);
                return code != TailerCode.END ? code : framingDamaged(at, "no readable excerpt, though more follow");
            }
            if (damagedInARow > 1) {
                // Two in a row: the length in front of the first was wrong, and what followed is not what it seems.
                damagedInARow = 0;
                skipFraming();
            }
            return code;
        } catch (Exception
                | InternalError e) { // the library throws what it does not declare, its mapping where a file is short
            return framingDamaged(at, String.valueOf(e.getMessage()));
        }
    }

    /** What the last call of {@link #next} found damaged; null when it was not {@link TailerCode#DAMAGED}. */
    public @Nullable Damage damage() {
        return damage;
    }

    /** The embedder's number for what the frames are. */
    public int type() {
        return copy.type();
    }

    /** Sequence of the first frame. */
    public long firstSequence() {
        return copy.getLong(ExcerptLayout.FIRST_SEQUENCE);
    }

    /** The embedder's time in nanoseconds. */
    public long timeNs() {
        return copy.getLong(ExcerptLayout.TIME_NS);
    }

    /** Number of the excerpt in its journal, from 0. */
    public long ordinal() {
        return copy.getLong(ExcerptLayout.ORDINAL);
    }

    /** Frames in the excerpt. */
    public int count() {
        return copy.count();
    }

    /** The excerpt's bytes, good until the next call of {@link #next}. */
    public DirectBuffer buffer() {
        return copy.buffer();
    }

    /**
     * Where a frame's payload lies in {@link #buffer()}, a multiple of 8.
     *
     * @param i 0 to {@link #count()} - 1
     */
    public int frameOffset(final int i) {
        return copy.frameOffset(i);
    }

    /**
     * Length of a frame's payload in bytes.
     *
     * @param i 0 to {@link #count()} - 1
     */
    public int frameLength(final int i) {
        return copy.frameLength(i);
    }

    /** Queue index of the excerpt, as {@link JournalAppender#commit} returned it. */
    public long index() {
        return index;
    }

    /** Makes the first excerpt the next. */
    public void toStart() {
        reading.toStart();
        restart();
    }

    /** Makes the next excerpt one that is yet to be appended. */
    public void toEnd() {
        reading.toEnd();
        restart();
    }

    /**
     * Makes the excerpt that holds a frame the next: the first of those whose first sequence is the greatest that is not above
     * {@code sequence}.
     *
     * @return whether that excerpt reaches to {@code sequence}; if not, the next one is the first behind {@code sequence}, or
     *     the end
     */
    public boolean toSequence(final long sequence) {
        final QueueSearch search = new QueueSearch(reading, new HeaderField(ExcerptLayout.FIRST_SEQUENCE));
        final long above = sequence == Long.MAX_VALUE ? search.total() : search.lowerBound(sequence + 1);
        boolean within = false;
        if (above > 0) {
            final long first = search.lowerBound(Math.min(sequence, search.keyAt(above - 1)));
            search.moveTo(first);
            restart();
            within = next() == TailerCode.EXCERPT && sequence - firstSequence() < count();
            search.moveTo(within ? first : above);
        } else {
            search.moveTo(above);
        }
        restart();
        return within;
    }

    /**
     * Makes the first excerpt whose time is at least {@code timeNs} the next.
     *
     * @return whether there is one; if not, the next is the end
     */
    public boolean toTime(final long timeNs) {
        final QueueSearch search = new QueueSearch(reading, new HeaderField(ExcerptLayout.TIME_NS));
        final long number = search.lowerBound(timeNs);
        search.moveTo(number);
        restart();
        return number < search.total();
    }

    /** Told where the last excerpt is that can be read: its index and the offset of its length word; -1 and 0 where there is none. */
    interface LastExcerpt {
        void at(long index, long position);
    }

    /** Number of the last excerpt, -1 when there is none; leaves the place alone. */
    long lastOrdinal(final LastExcerpt last) {
        final long[] result = {0, -1};
        final long[] place = {-1, 0};
        reading.backward(
                (document, bytes, at) -> {
                    if (place[0] < 0) {
                        place[0] = at;
                        place[1] = bytes.readPosition() - Integer.BYTES;
                    }
                    final String reason = load(bytes);
                    result[1] = reason == null ? ordinal() + result[0] : -1;
                    result[0]++;
                    return reason == null ? 1 : 0;
                },
                0);
        last.at(place[0], place[1]);
        // All of them damaged: numbering goes on behind them.
        return result[1] >= 0 ? result[1] : result[0] - 1;
    }

    /** Closes the files. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            reading.close();
            copy.free();
        }
    }

    private void restart() {
        nextOrdinal = UNKNOWN;
        damagedInARow = 0;
        behindGap = false;
        endSeen = false;
        stuck = false;
        damage = null;
    }

    private boolean hole() {
        final boolean firstEnd = !endSeen;
        endSeen = true;
        return reading.hole(firstEnd);
    }

    private int take(final DocumentContext document, final Bytes<?> bytes, final long at) {
        index = at;
        final long offset = bytes.readPosition();
        final String reason = load(bytes);
        if (reason != null) {
            damage = reading.damage(at, offset, reason);
            damagedInARow++;
            // The number is not to be trusted either; what follows a lost excerpt is checked from there on.
            nextOrdinal = nextOrdinal == UNKNOWN ? UNKNOWN : nextOrdinal + 1;
            return TailerCode.DAMAGED;
        }
        final long expected = nextOrdinal;
        nextOrdinal = ordinal() + 1;
        if (expected != UNKNOWN && expected != ordinal()) {
            damage = reading.damage(
                    at,
                    offset,
                    "excerpt " + ordinal() + " where " + expected + " should follow: some are missing before it");
            behindGap = true;
            return TailerCode.DAMAGED;
        }
        damage = null;
        damagedInARow = 0;
        return TailerCode.EXCERPT;
    }

    private @Nullable String load(final Bytes<?> bytes) {
        return copy.load(bytes.addressForRead(bytes.readPosition()), Math.toIntExact(bytes.readRemaining()));
    }

    private int framingDamaged(final long at, final String reason) {
        damage = reading.damage(at, -1, "damaged framing: " + reason);
        skipFraming();
        return TailerCode.DAMAGED;
    }

    private void skipFraming() {
        nextOrdinal = UNKNOWN;
        stuck = !reading.pass();
    }

    /** Reads one header field of an excerpt that may be anything. */
    private record HeaderField(int field) implements QueueSearch.KeyReader {
        @Override
        public boolean readable(final DocumentContext document, final Bytes<?> bytes) {
            return bytes.readRemaining() >= ExcerptLayout.HEADER_LENGTH
                    && Memory.getInt(bytes.addressForRead(bytes.readPosition()) + ExcerptLayout.MAGIC)
                            == ExcerptLayout.MAGIC_VALUE;
        }

        @Override
        public long key(final DocumentContext document, final Bytes<?> bytes) {
            return Memory.getLong(bytes.addressForRead(bytes.readPosition()) + field);
        }
    }
}
