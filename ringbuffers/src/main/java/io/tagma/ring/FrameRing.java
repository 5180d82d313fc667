package io.tagma.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bounded ring of preallocated off-heap frame slots, from many producers to one consumer: any thread may claim, commit, abort, offer
 * and close; the batch methods belong to the one thread that owns the consumer side.
 *
 * <p>Sequencing is the LMAX Disruptor's multi-producer ring buffer, gated by the consumer's sequence. A producer writes in place:
 *
 * <pre>{@code
 * final long sequence = ring.tryClaim(length, frameClass);
 * if (sequence >= 0) {
 *     ring.buffer().putLong(ring.offset(sequence), value);
 *     ring.commit(sequence);
 * } else {
 *     // RingCode.FULL, TIMED_OUT, TOO_LONG or CLOSED: counted already
 * }
 * }</pre>
 *
 * and the consumer takes bounded batches in two phases, so that a batch can be journaled before it has any effect:
 *
 * <pre>{@code
 * final int frames = ring.beginBatch(256);
 * for (int i = 0; i < frames; i++) {
 *     journal(ring.buffer(), ring.frameOffset(i), ring.frameLength(i));
 * }
 * // ... handle the frames ...
 * ring.endBatch();
 * }</pre>
 *
 * <p>Guarantees:
 *
 * <ol>
 *   <li>Frames arrive in the order of their sequences, each once; the frames of one producer in the order it claimed them.
 *   <li>A frame is shed only under {@link OverflowPolicy#DROP_OLDEST}, only if its class is droppable, and never once a batch holds it.
 *   <li>{@link RingCounters} account for every claim and every refusal.
 *   <li>After {@link #close()} and once {@link #isDrained()}, no frame whose claim succeeded is left and none will come.
 *   <li>No method allocates (a thread's first wait for room apart) or throws on expected failure.
 * </ol>
 *
 * <p>A claim must be followed by {@link #commit(long)} or {@link #abort(long)}: the consumer cannot pass a slot that is neither, so a
 * producer that dies in between holds up the ring for good, visible as a backlog that no batch takes.
 */
public final class FrameRing implements FrameSource, AutoCloseable {
    private final RingBuffer<FrameSlot> ring;
    private final UnsafeBuffer arena;
    private final int maxFrameLength;
    private final Sequence consumedTo = new Sequence();
    private final RingCounters counters;
    private final SlotClaims claims;
    private final FrameBatch batch;
    private final ConsumerSignal consumerSignal;
    private final boolean signalling;

    /**
     * Allocates the ring, all of it, now.
     *
     * @param config shape and overflow policy.
     */
    public FrameRing(final FrameRingConfig config) {
        arena = FrameSlotLayout.allocate(config.capacity(), config.slotLength());
        maxFrameLength = config.slotLength() - FrameSlotLayout.SLOT_HEADER_LENGTH;
        // Nobody waits on the Disruptor's own barriers, so its wait strategy is the one whose signal costs nothing.
        ring = RingBuffer.createMultiProducer(
                slotFactory(config.slotLength()), config.capacity(), new BusySpinWaitStrategy());
        ring.addGatingSequences(consumedTo);
        counters = new RingCounters(ring);
        final Sequence shedMark = new Sequence();
        claims = new SlotClaims(config, ring, consumedTo, shedMark, counters);
        batch = FrameBatch.create(config, ring, arena, consumedTo, shedMark, counters);
        consumerSignal = config.consumerSignal();
        signalling = !consumerSignal.equals(ConsumerSignal.NONE);
    }

    // The Disruptor fills its ring in index order, so the n-th slot made is the one of sequence n.
    private static EventFactory<FrameSlot> slotFactory(final int slotLength) {
        final int[] made = {0};
        return () ->
                new FrameSlot(FrameSlotLayout.slotOffset(made[0]++, slotLength) + FrameSlotLayout.SLOT_HEADER_LENGTH);
    }

    // ---- producers, any thread

    /**
     * Claims the next slot for a frame. What happens when the ring is full is the {@link OverflowPolicy}'s business.
     *
     * @param length     bytes of payload, 0 to {@link #maxFrameLength()}.
     * @param frameClass 0 to {@link FrameRingConfig#MAX_FRAME_CLASS}; decides whether the frame may be shed.
     * @return the sequence, to be committed or aborted, or a negative {@link RingCode}: {@link RingCode#TOO_LONG}, {@link
     *     RingCode#CLOSED}, {@link RingCode#FULL} or {@link RingCode#TIMED_OUT} (also for a waiting thread that was interrupted; its
     *     flag stays set).
     * @throws IllegalArgumentException if the length is negative or the class out of range.
     */
    public long tryClaim(final int length, final int frameClass) {
        if (length > maxFrameLength) {
            return claims.refuse(RingCounters.TOO_LONG, RingCode.TOO_LONG);
        }
        if (length < 0 || frameClass >>> 6 != 0) {
            throw invalidFrame(length, frameClass);
        }
        final long sequence = claims.claim();
        if (sequence >= 0) {
            final int headerOffset = ring.get(sequence).payloadOffset - FrameSlotLayout.SLOT_HEADER_LENGTH;
            arena.putLong(headerOffset, FrameSlotLayout.header(length, frameClass));
            if (claims.isClosed()) {
                return refuseLate(sequence);
            }
        }
        return sequence;
    }

    /** The arena in which payloads lie; write only between a claim's {@link #offset(long)} and its length. */
    @Override
    public MutableDirectBuffer buffer() {
        return arena;
    }

    /**
     * Where the payload of a claimed sequence begins in {@link #buffer()}: 8-byte aligned.
     *
     * @param sequence what {@link #tryClaim(int, int)} returned.
     */
    public int offset(final long sequence) {
        return ring.get(sequence).payloadOffset;
    }

    /**
     * Publishes a claimed frame to the consumer. Once for each claim.
     *
     * @param sequence what {@link #tryClaim(int, int)} returned.
     */
    public void commit(final long sequence) {
        ring.publish(sequence);
        if (signalling) {
            consumerSignal.signal();
        }
    }

    /**
     * Takes a claim back: the consumer skips the slot and counts it. Instead of {@link #commit(long)}.
     *
     * @param sequence what {@link #tryClaim(int, int)} returned.
     */
    public void abort(final long sequence) {
        final int headerOffset = ring.get(sequence).payloadOffset - FrameSlotLayout.SLOT_HEADER_LENGTH;
        arena.putLong(headerOffset, FrameSlotLayout.aborted(arena.getLong(headerOffset)));
        commit(sequence);
    }

    /**
     * Copies a frame in and publishes it: claim, copy and commit in one.
     *
     * @param source       where the frame lies.
     * @param sourceOffset its first byte there.
     * @param length       bytes of payload, 0 to {@link #maxFrameLength()}.
     * @param frameClass   0 to {@link FrameRingConfig#MAX_FRAME_CLASS}.
     * @return the sequence, published, or a negative {@link RingCode} as of {@link #tryClaim(int, int)}.
     * @throws IndexOutOfBoundsException if the frame does not lie within the source; nothing is claimed then.
     */
    public long offer(final DirectBuffer source, final int sourceOffset, final int length, final int frameClass) {
        source.boundsCheck(sourceOffset, length);
        final long sequence = tryClaim(length, frameClass);
        if (sequence >= 0) {
            arena.putBytes(offset(sequence), source, sourceOffset, length);
            commit(sequence);
        }
        return sequence;
    }

    // ---- the consumer, its owning thread

    /**
     * Opens a batch of the oldest published frames; aborted and shed ones are skipped and counted. The frames stay in place, and their
     * slots claimed, until {@link #endBatch()}. A batch that is still open, because its consumer died over it, is presented again
     * whole: end it in a {@code finally} where a frame that kills its consumer must not come twice.
     *
     * @param limit most frames to take.
     * @return the number of frames, 0 if none is visible.
     */
    @Override
    public int beginBatch(final int limit) {
        return batch.begin(limit);
    }

    /**
     * Where frame {@code i} of the open batch begins in {@link #buffer()}: 8-byte aligned.
     *
     * @param i 0 to the size of the open batch, exclusive.
     * @throws IndexOutOfBoundsException if the open batch has no such frame.
     */
    @Override
    public int frameOffset(final int i) {
        return batch.payloadOffset(i);
    }

    /**
     * Bytes of frame {@code i} of the open batch.
     *
     * @param i 0 to the size of the open batch, exclusive.
     * @throws IndexOutOfBoundsException if the open batch has no such frame.
     */
    @Override
    public int frameLength(final int i) {
        return FrameSlotLayout.length(batch.header(i));
    }

    /**
     * Class of frame {@code i} of the open batch.
     *
     * @param i 0 to the size of the open batch, exclusive.
     * @throws IndexOutOfBoundsException if the open batch has no such frame.
     */
    public int frameClass(final int i) {
        return FrameSlotLayout.frameClass(batch.header(i));
    }

    /** Gives the slots of the open batch back to the producers; does nothing when none is open. */
    @Override
    public void endBatch() {
        batch.end();
    }

    // ---- any thread

    /** The account of this ring. */
    public RingCounters counters() {
        return counters;
    }

    /** Slots claimed and not given back: frames waiting, in the open batch, or still being written. */
    public long backlog() {
        final long from = consumedTo.get();
        // In this order the difference is never negative.
        VarHandle.acquireFence();
        return ring.getCursor() - from;
    }

    /** Slots. */
    public int capacity() {
        return ring.getBufferSize();
    }

    /** Most bytes of payload in one frame: the slot less its header. */
    public int maxFrameLength() {
        return maxFrameLength;
    }

    /** Whether {@link #close()} was called. */
    public boolean isClosed() {
        return claims.isClosed();
    }

    /** Whether the ring is closed and every frame that got in has been given back: nothing will come any more. */
    public boolean isDrained() {
        if (!claims.isClosed()) {
            return false;
        }
        // A producer claims (compare-and-set), then looks at the flag; we look at the flag, then at the cursor. The
        // fence keeps our
        // two reads in that order, so one of us sees the other: either its claim is in the backlog or it takes the
        // claim back.
        VarHandle.fullFence();
        return backlog() == 0;
    }

    /**
     * Closes the ring to producers; those that wait give up with {@link RingCode#CLOSED}. What was claimed before may be committed, and
     * the consumer may drain what is there. The memory is freed when nothing refers to the ring any more. Idempotent, from any thread.
     */
    @Override
    public void close() {
        claims.close();
        consumerSignal.signal();
    }

    // The ring was closed while this claim was made. Nobody may be there to consume it, so the frame does not get in.
    private long refuseLate(final long sequence) {
        abort(sequence);
        return claims.refuse(RingCounters.REFUSED_CLOSED, RingCode.CLOSED);
    }

    private static IllegalArgumentException invalidFrame(final int length, final int frameClass) {
        return length < 0
                ? new IllegalArgumentException("frame length must not be negative: " + length)
                : new IllegalArgumentException(
                        "frame class must be 0 to " + FrameRingConfig.MAX_FRAME_CLASS + ": " + frameClass);
    }
}
