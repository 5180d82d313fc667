package io.tagma.engine.shard;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.Request;
import io.tagma.engine.ingest.AnswerFrames;
import io.tagma.engine.ingest.WindowFrames;
import io.tagma.ring.FrameRing;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Asks for the bids of one live shard's auctions, once their events are journaled, and ends their windows: an end goes through the shard's ring to its
 * journal, like the bids. What it knows is no state: after a crash those who have not answered are asked again, with a whole window. Owned by the
 * shard's thread, but for {@link #endAll}.
 */
final class BidClerk implements DeadlineTimerWheel.TimerHandler {
    private static final float[] NO_FLOATS = {};
    private static final byte[] NO_BYTES = {};
    private static final int TICKS = 1024;
    private static final long TICK_NS = 1 << 16; // a revolution is 67 ms
    private static final int MOST_AT_A_TICK = 1 << 16;
    private static final long NO_AUCTION = 0;

    private final AskedAuctions auctions;
    private final Outside outside;
    private final FrameRing ring;
    private final NanoClock clock;
    private final Request request = new Request();
    private final WindowFrames ends = new WindowFrames();
    private final DeadlineTimerWheel wheel;
    private final Long2LongHashMap auctionOfTimer = new Long2LongHashMap(NO_AUCTION);
    private final long[] timers;
    private final long[] ended;
    private int nextBidder;
    private volatile boolean closing;

    BidClerk(final AskedAuctions auctions, final Outside outside, final FrameRing ring, final NanoClock clock) {
        this.auctions = auctions;
        this.outside = outside;
        this.ring = ring;
        this.clock = clock;
        this.timers = new long[auctions.capacity()];
        this.ended = new long[auctions.capacity()];
        Arrays.fill(timers, DeadlineTimerWheel.NULL_DEADLINE);
        this.wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, clock.nanoTime(), TICK_NS, TICKS);
    }

    /** One turn, between two batches; how much was done. */
    int doWork() {
        if (auctions.openCount() == 0) {
            return 0;
        }
        if (closing) {
            return endOpen();
        }
        int work = 0;
        for (int slot = auctions.firstUnsent(); slot >= 0 && send(slot); slot = auctions.firstUnsent()) {
            work++;
        }
        return work + expire();
    }

    /** Asks those who are awaited; false when the ring is full, which is the shard's own to empty: it goes on in the next turn. */
    private boolean send(final int slot) {
        final long nowNs = clock.nanoTime();
        for (; nextBidder < auctions.window(slot).count(); nextBidder++) {
            if (!auctions.window(slot).isAwaited(nextBidder)) {
                continue;
            }
            auctions.request(request, slot, nextBidder);
            if (!outside.ask(request)
                    && AnswerFrames.offer(ring, request.id(), Answer.REFUSED, 0, NO_FLOATS, NO_BYTES, nowNs) < 0) {
                return false;
            }
        }
        nextBidder = 0;
        schedule(slot, nowNs + auctions.windowNs(slot));
        auctions.sent();
        return true;
    }

    /** The timer of the auction that had the slot before goes: so there is at most one a slot, however long windows are. */
    private void schedule(final int slot, final long deadlineNs) {
        if (timers[slot] != DeadlineTimerWheel.NULL_DEADLINE) {
            wheel.cancelTimer(timers[slot]);
            auctionOfTimer.remove(timers[slot]);
        }
        timers[slot] = wheel.scheduleTimer(deadlineNs);
        auctionOfTimer.put(timers[slot], auctions.id(slot));
    }

    /** Goes through the ticks that have passed, once round at most: that looks at every timer. */
    private int expire() {
        final long nowNs = clock.nanoTime();
        int work = 0;
        for (int i = 0; i < TICKS && wheel.timerCount() > 0; i++) {
            final long before = wheel.currentTickTime();
            work += wheel.poll(nowNs, this, MOST_AT_A_TICK);
            if (wheel.currentTickTime() == before) {
                return work; // this tick is not over, or the ring is full
            }
        }
        wheel.currentTickTime(nowNs);
        return work;
    }

    @Override
    public boolean onTimerExpiry(final TimeUnit unit, final long nowNs, final long timer) {
        final long auction = auctionOfTimer.get(timer);
        final int slot = BidNumber.slot(auction);
        if (auctions.isOpen(slot, auction) && ends.offer(ring, auction, WindowFrames.PASSED, nowNs) < 0) {
            return false;
        }
        auctionOfTimer.remove(timer);
        timers[slot] = DeadlineTimerWheel.NULL_DEADLINE;
        return true;
    }

    /** The engine closes: windows end now, each with the bids that it has; any thread. */
    void endAll() {
        closing = true;
    }

    private int endOpen() {
        int work = 0;
        for (int slot = 0; slot < ended.length; slot++) {
            final long auction = auctions.id(slot);
            if (auctions.isOpen(slot, auction)
                    && ended[slot] != auction
                    && ends.offer(ring, auction, WindowFrames.CLOSED, clock.nanoTime()) >= 0) {
                ended[slot] = auction;
                work++;
            }
        }
        return work;
    }
}
