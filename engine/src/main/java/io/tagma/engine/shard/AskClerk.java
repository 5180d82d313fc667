package io.tagma.engine.shard;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.Request;
import io.tagma.engine.ingest.AnswerFrames;
import io.tagma.ring.FrameRing;
import org.agrona.concurrent.NanoClock;

/**
 * Sends what one live shard's agents asked, once the input that caused it is journaled, and gives up what is not answered in time: that
 * too is an answer, and goes through the shard's ring to its journal. What it knows is no state: after a crash it begins anew. Owned by the
 * shard's thread.
 */
final class AskClerk {
    private static final float[] NO_FLOATS = {};
    private static final byte[] NO_BYTES = {};
    private static final long NONE_SENT = 0;

    private final OpenAsks asks;
    private final Outside outside;
    private final FrameRing answers;
    private final NanoClock clock;
    private final Request request = new Request();
    private final long[] awaited;
    private final long[] deadlineNs;
    private int waiting;
    private long nextNs;

    AskClerk(final OpenAsks asks, final Outside outside, final FrameRing answers, final NanoClock clock) {
        this.asks = asks;
        this.outside = outside;
        this.answers = answers;
        this.clock = clock;
        this.awaited = new long[asks.capacity()];
        this.deadlineNs = new long[asks.capacity()];
    }

    /** One turn, between two batches; how much was done. */
    int doWork() {
        if (asks.count() == 0) {
            waiting = 0;
            return 0;
        }
        int work = 0;
        for (int slot = asks.firstUnsent(); slot >= 0 && send(slot); slot = asks.firstUnsent()) {
            work++;
        }
        return waiting > 0 && clock.nanoTime() - nextNs >= 0 ? work + expire() : work;
    }

    private boolean send(final int slot) {
        asks.request(request, slot);
        if (outside.ask(request)) {
            awaited[slot] = request.id();
            deadlineNs[slot] = clock.nanoTime() + request.timeoutNs();
            nextNs = waiting == 0 || deadlineNs[slot] - nextNs < 0 ? deadlineNs[slot] : nextNs;
            waiting++;
        } else if (offer(request.id(), Answer.REFUSED) < 0) {
            return false; // the ring is this shard's own to empty: in the next turn there is room
        }
        asks.sent();
        return true;
    }

    private int expire() {
        final long nowNs = clock.nanoTime();
        int gone = 0;
        int left = 0;
        for (int slot = 0; slot < awaited.length; slot++) {
            if (awaited[slot] == NONE_SENT) {
                continue;
            }
            final boolean isOpen = asks.isOpen(slot) && asks.id(slot) == awaited[slot];
            if (!isOpen || (deadlineNs[slot] - nowNs <= 0 && offer(awaited[slot], Answer.LATE) == 0)) {
                awaited[slot] = NONE_SENT;
                gone++;
            } else {
                nextNs = left == 0 || deadlineNs[slot] - nextNs < 0 ? deadlineNs[slot] : nextNs;
                left++;
            }
        }
        waiting = left;
        return gone;
    }

    private int offer(final long id, final int code) {
        return AnswerFrames.offer(answers, id, code, 0, NO_FLOATS, NO_BYTES, clock.nanoTime());
    }
}
