package io.tagma.ring;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/** The producers' side of a ring: hands out sequences, and applies the overflow policy when there are none. Used by any thread. */
final class SlotClaims {
    /** Not a {@link RingCode}: no slot is free just now, and the policy has not been asked yet. */
    private static final long NO_ROOM = Long.MIN_VALUE;

    private final RingBuffer<FrameSlot> ring;
    private final Sequence consumedTo;
    private final Sequence shedMark;
    private final RingCounters counters;
    private final boolean waits;
    private final boolean sheds;
    private final int shedSpan;
    private final long timeoutNs;
    private final NanoClock clock;

    // Idle strategies keep state, so a waiting thread needs its own; made at its first wait and kept for the next.
    private final ThreadLocal<IdleStrategy> producerIdle;

    private volatile boolean closed;

    SlotClaims(
            final FrameRingConfig config,
            final RingBuffer<FrameSlot> ring,
            final Sequence consumedTo,
            final Sequence shedMark,
            final RingCounters counters) {
        this.ring = ring;
        this.consumedTo = consumedTo;
        this.shedMark = shedMark;
        this.counters = counters;
        this.waits = config.overflowPolicy() != OverflowPolicy.REJECT;
        this.sheds = config.overflowPolicy() == OverflowPolicy.DROP_OLDEST && config.droppableClasses() != 0;
        this.shedSpan = config.shedSpan();
        this.timeoutNs = config.blockTimeoutNs();
        this.clock = config.clock();
        final Supplier<IdleStrategy> idle = config.producerIdle();
        this.producerIdle = ThreadLocal.withInitial(idle);
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /** The next sequence, or a {@link RingCode}, counted. */
    long claim() {
        if (closed) {
            return refuse(RingCounters.REFUSED_CLOSED, RingCode.CLOSED);
        }
        final long sequence = next();
        return sequence >= 0 ? sequence : onFull();
    }

    // The Disruptor reports a full ring by an exception. Asking first keeps it off the path; the race that is left,
    // another
    // producer taking the last slot in between, throws a preallocated instance without a stack trace, which stays in
    // here.
    private long next() {
        if (!ring.hasAvailableCapacity(1)) {
            return NO_ROOM;
        }
        try {
            return ring.tryNext();
        } catch (final InsufficientCapacityException expected) {
            return NO_ROOM;
        }
    }

    private long onFull() {
        return waits ? awaitRoom() : refuse(RingCounters.REJECTED, RingCode.FULL);
    }

    private long awaitRoom() {
        counters.increment(RingCounters.WAITS);
        final IdleStrategy idle = producerIdle.get();
        idle.reset();
        final long startNs = clock.nanoTime();
        do {
            if (sheds) {
                requestShed();
            }
            idle.idle();
            if (closed) {
                return refuse(RingCounters.REFUSED_CLOSED, RingCode.CLOSED);
            }
            final long sequence = next();
            if (sequence >= 0) {
                return sequence;
            }
            // An interrupted thread no longer parks: it would spin out its time-out, so it gives up now and keeps its
            // flag.
        } while (clock.nanoTime() - startNs < timeoutNs
                && !Thread.currentThread().isInterrupted());
        return refuse(RingCounters.TIMED_OUT, RingCode.TIMED_OUT);
    }

    // One request stands for all who wait: the mark is raised again only when the consumer has passed it. Both reads
    // may be
    // stale; a mark behind the consumer does nothing and is raised in the next round.
    private void requestShed() {
        final long from = consumedTo.get();
        final long mark = shedMark.get();
        if (mark <= from && shedMark.compareAndSet(mark, Math.min(from + shedSpan, ring.getCursor()))) {
            counters.increment(RingCounters.SHED_REQUESTS);
        }
    }

    long refuse(final int counter, final long code) {
        counters.increment(counter);
        return code;
    }
}
