package io.tagma.ring;

import com.lmax.disruptor.Cursored;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What became of every frame of one ring; read by any thread, written by the consumer (outcomes) and by refused producers (refusals).
 *
 * <p>The hot path of a producer writes nothing here: claims are the ring's own cursor. When no frame is in flight the account closes
 * exactly: {@code claimed = consumed + dropped + aborted}, and at any time the difference is the {@linkplain FrameRing#backlog()
 * backlog} within the batch that is being worked on. Outcomes have one writer (the consumer, once a batch); refusals have many, each
 * of which was just turned away and can afford an atomic add. Counters lie 128 bytes apart, two cache lines, because the adjacent-line
 * prefetcher pulls lines in pairs.
 */
public final class RingCounters {
    static final int CONSUMED = 0;
    static final int DROPPED = 1;
    static final int ABORTED = 2;
    static final int REJECTED = 3;
    static final int TIMED_OUT = 4;
    static final int TOO_LONG = 5;
    static final int REFUSED_CLOSED = 6;
    static final int WAITS = 7;
    static final int SHED_REQUESTS = 8;

    private static final int COUNT = 9;
    private static final int STRIDE = 16;

    private final Cursored claims;
    private final AtomicLongArray values = new AtomicLongArray((COUNT + 2) * STRIDE);
    private final AtomicLongArray droppedByClass = new AtomicLongArray(FrameRingConfig.MAX_FRAME_CLASS + 1);

    RingCounters(final Cursored claims) {
        this.claims = claims;
    }

    /** Slots handed to producers since the ring was made. */
    public long claimed() {
        return claims.getCursor() + 1;
    }

    /** Frames that the consumer took and gave back with {@link FrameRing#endBatch()}. */
    public long consumed() {
        return get(CONSUMED);
    }

    /** Frames shed, oldest first, to make room. */
    public long dropped() {
        return get(DROPPED);
    }

    /**
     * Frames of one class shed to make room.
     *
     * @param frameClass 0 to {@link FrameRingConfig#MAX_FRAME_CLASS}.
     */
    public long droppedOfClass(final int frameClass) {
        return droppedByClass.get(frameClass);
    }

    /** Claims that their producers took back, with those that a closing ring took back for them. */
    public long aborted() {
        return get(ABORTED);
    }

    /** Claims refused with {@link RingCode#FULL}. */
    public long rejected() {
        return get(REJECTED);
    }

    /** Claims refused with {@link RingCode#TIMED_OUT}. */
    public long timedOut() {
        return get(TIMED_OUT);
    }

    /** Claims refused with {@link RingCode#TOO_LONG}. */
    public long tooLong() {
        return get(TOO_LONG);
    }

    /** Claims refused with {@link RingCode#CLOSED}. */
    public long refusedClosed() {
        return get(REFUSED_CLOSED);
    }

    /** Claims that found the ring full and waited, whatever came of it: the ring's back pressure. */
    public long waits() {
        return get(WAITS);
    }

    /** Shed marks raised by producers that found the ring full. */
    public long shedRequests() {
        return get(SHED_REQUESTS);
    }

    /** Any producer. */
    void increment(final int counter) {
        values.getAndIncrement(index(counter));
    }

    /** The consumer only: one writer, so a load and a release store will do. */
    void add(final int counter, final long amount) {
        values.setRelease(index(counter), values.getPlain(index(counter)) + amount);
    }

    /** The consumer only. */
    void addDropped(final int frameClass) {
        add(DROPPED, 1);
        droppedByClass.setRelease(frameClass, droppedByClass.getPlain(frameClass) + 1);
    }

    private long get(final int counter) {
        return values.get(index(counter));
    }

    // One stride of padding before the first counter keeps the array's own header, which everyone reads, off its line.
    private static int index(final int counter) {
        return (counter + 1) * STRIDE;
    }
}
