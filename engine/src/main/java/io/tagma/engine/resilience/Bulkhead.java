package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.IsolatedReply;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.Counter;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import io.tagma.ring.FrameSlotLayout;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * One isolated agent behind a ring of its own. {@link #ask} belongs to any shard's thread, the rest to the agent's. An agent that has not
 * come back from a call for a while counts as hung: it is asked no more until it has.
 */
final class Bulkhead implements Agent {
    private static final int SHARD = 0;
    private static final int AGENT = 4;
    private static final int ID = 8;
    private static final int TIMEOUT = 16;
    private static final int SERVICE = 24;
    private static final int PAYLOAD = 28;
    private static final long IDLE = Long.MIN_VALUE;
    private static final int MOST_OFFERS = 10_000;

    private final String name;
    private final Supplier<IsolatedAgent> maker;
    private final Answers answers;
    private final NanoClock clock;
    private final long hangNs;
    private final FrameRing ring;
    private final Request request = new Request();
    private final IsolatedReply reply = new IsolatedReply();
    private final Counter handled = new Counter();
    private final Counter failures = new Counter();
    private @Nullable IsolatedAgent agent;
    private volatile long busySinceNs = IDLE;
    private volatile @Nullable Throwable death;

    Bulkhead(
            final String name,
            final Supplier<IsolatedAgent> maker,
            final IsolationTerms terms,
            final Answers answers,
            final NanoClock clock) {
        this.name = name;
        this.maker = maker;
        this.answers = answers;
        this.clock = clock;
        this.hangNs = terms.hangNs();
        this.ring = new FrameRing(FrameRingConfig.rejecting(
                terms.waiting(),
                BitUtil.align(
                        PAYLOAD + terms.maxPayload() + FrameSlotLayout.SLOT_HEADER_LENGTH,
                        FrameSlotLayout.SLOT_ALIGNMENT)));
    }

    /** Takes a request; false where the agent is dead, hangs or has as many before it as may wait. */
    boolean ask(final Request asked) {
        if (death != null || isHung()) {
            return false;
        }
        final int length = asked.payload().capacity();
        final long claim = ring.tryClaim(PAYLOAD + length, 0);
        if (claim < 0) {
            return false;
        }
        final MutableDirectBuffer buffer = ring.buffer();
        final int at = ring.offset(claim);
        buffer.putInt(at + SHARD, asked.shard(), ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + AGENT, asked.agent(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + ID, asked.id(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + TIMEOUT, asked.timeoutNs(), ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + SERVICE, asked.service(), ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(at + PAYLOAD, asked.payload(), 0, length);
        ring.commit(claim);
        return true;
    }

    /** Whether it has been at one call for too long; any thread. */
    boolean isHung() {
        final long since = busySinceNs;
        return since != IDLE && clock.nanoTime() - since >= hangNs;
    }

    @Override
    public int doWork() {
        if (death != null || ring.beginBatch(1) == 0) {
            return 0;
        }
        final MutableDirectBuffer buffer = ring.buffer();
        final int at = ring.frameOffset(0);
        request.wrap(
                        buffer.getInt(at + SHARD, ByteOrder.LITTLE_ENDIAN),
                        buffer.getLong(at + ID, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(at + AGENT, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(at + SERVICE, ByteOrder.LITTLE_ENDIAN),
                        buffer.getLong(at + TIMEOUT, ByteOrder.LITTLE_ENDIAN))
                .payload(buffer, at + PAYLOAD, ring.frameLength(0) - PAYLOAD);
        busySinceNs = clock.nanoTime();
        int code = Answer.OK;
        try {
            reply.reset();
            IsolatedAgent current = agent;
            if (current == null) {
                current = maker.get();
                agent = current;
            }
            current.handle(request, reply);
            handled.increment();
        } catch (final Throwable failure) {
            code = failed(failure);
        } finally {
            busySinceNs = IDLE;
            ring.endBatch();
        }
        deliver(code);
        return 1;
    }

    private int failed(final Throwable failure) {
        failures.increment();
        reply.reset();
        agent = null;
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        try {
            Supervision.rethrowIfFatal(failure);
        } catch (final Throwable fatal) {
            death = fatal; // nothing here can be trusted any more; others are asked in its place
        }
        return Answer.FAILED;
    }

    /** A ring that stays full loses the answer: the shard then gives it up as late. */
    private void deliver(final int code) {
        for (int i = 0; i < MOST_OFFERS; i++) {
            final int taken = answers.answer(request.shard(), request.id(), code, 0, reply.floats(), reply.bytes());
            if (taken != SubmitCode.FULL) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public String roleName() {
        return "isolated-" + name;
    }

    long handled() {
        return handled.get();
    }

    long failures() {
        return failures.get();
    }

    @Nullable
    Throwable death() {
        return death;
    }
}
