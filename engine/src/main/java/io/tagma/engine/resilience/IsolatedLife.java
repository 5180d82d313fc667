package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.IsolatedReply;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.DutyCycleRunner;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * One isolated agent on one thread behind one ring, until it hangs. {@link #ask} belongs to any shard's thread, {@link #doWork} to the
 * agent's own, giving up and handing back to the one that looks after it.
 *
 * <p>Who may empty the ring and answer is settled by one compare-and-set on {@link #turn}: the agent's thread passes it after each call,
 * whoever gives the life up passes it within one. Only one of the two can, so a request is answered by one of them, and a thread that comes
 * back after it was given up finds that out before it touches anything but what is its own, and ends.
 */
final class IsolatedLife implements Agent {
    private static final int SHARD = 0;
    private static final int AGENT = 4;
    private static final int ID = 8;
    private static final int TIMEOUT = 16;
    private static final int SERVICE = 24;
    private static final int PAYLOAD = 28;
    private static final long IDLE = Long.MIN_VALUE;
    private static final long GIVEN_UP = -1;
    private static final int MOST_OFFERS = 10_000;

    private final Bulkhead bulkhead;
    private final String name;
    private final Answers answers;
    private final NanoClock clock;
    private final long hangNs;
    private final FrameRing ring;
    private final DutyCycleRunner runner;
    private final Request request = new Request();
    private final IsolatedReply reply = new IsolatedReply();

    /** Odd within a call, grows by two with each; {@link #GIVEN_UP} in the end. */
    private final AtomicLong turn = new AtomicLong();

    private @Nullable IsolatedAgent agent;
    private volatile long busySinceNs = IDLE;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Throwable death;

    IsolatedLife(
            final Bulkhead bulkhead,
            final String name,
            final IsolationTerms terms,
            final Answers answers,
            final ThreadFactory threads,
            final NanoClock clock) {
        this.bulkhead = bulkhead;
        this.name = name;
        this.answers = answers;
        this.clock = clock;
        this.hangNs = terms.hangNs();
        this.ring = new FrameRing(FrameRingConfig.rejecting(
                terms.waiting(),
                BitUtil.align(
                        PAYLOAD + terms.maxPayload() + FrameSlotLayout.SLOT_HEADER_LENGTH,
                        FrameSlotLayout.SLOT_ALIGNMENT)));
        this.runner = new DutyCycleRunner(
                new DutyCycleConfig(
                        Threading.DEDICATED,
                        1,
                        any -> IdleStrategies.byName(terms.idle()),
                        threads,
                        failure -> {}, // the bulkhead keeps its own
                        terms.closeMs()),
                List.of(this));
    }

    /** Starts the thread. */
    IsolatedLife start() {
        runner.start();
        return this;
    }

    /** Takes a request; false where the agent is dead, hangs, was given up or has as many before it as may wait. */
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
    public void onStart() {
        thread = Thread.currentThread();
    }

    @Override
    public int doWork() {
        if (death != null || ring.beginBatch(1) == 0) {
            return 0;
        }
        take(request);
        final long call = turn.getPlain() + 1; // between two calls nobody else moves it
        busySinceNs = clock.nanoTime();
        turn.set(call);
        int code = Answer.OK;
        Throwable thrown = null;
        try {
            reply.reset();
            IsolatedAgent current = agent;
            if (current == null) {
                current = bulkhead.make();
                agent = current;
            }
            current.handle(request, reply);
        } catch (final Throwable failure) {
            thrown = failure;
            code = Answer.FAILED;
        }
        if (!turn.compareAndSet(call, call + 1)) {
            throw new AgentTerminationException(roleName() + " comes back, and was given up");
        }
        if (thrown == null) {
            bulkhead.handled();
        } else {
            failed(thrown);
        }
        busySinceNs = IDLE;
        ring.endBatch();
        deliver(request, code, reply);
        return 1;
    }

    private void take(final Request into) {
        final MutableDirectBuffer buffer = ring.buffer();
        final int at = ring.frameOffset(0);
        into.wrap(
                        buffer.getInt(at + SHARD, ByteOrder.LITTLE_ENDIAN),
                        buffer.getLong(at + ID, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(at + AGENT, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(at + SERVICE, ByteOrder.LITTLE_ENDIAN),
                        buffer.getLong(at + TIMEOUT, ByteOrder.LITTLE_ENDIAN))
                .payload(buffer, at + PAYLOAD, ring.frameLength(0) - PAYLOAD);
    }

    private void failed(final Throwable failure) {
        bulkhead.failed();
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
    }

    /** A ring that stays full loses the answer: the shard then gives it up as late. */
    private void deliver(final Request to, final int code, final IsolatedReply what) {
        for (int i = 0; i < MOST_OFFERS; i++) {
            final int taken = answers.answer(to.shard(), to.id(), code, 0, what.floats(), what.bytes());
            if (taken != SubmitCode.FULL) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** Where its thread is: odd within a call; any thread. */
    long turn() {
        return turn.get();
    }

    /**
     * Takes ring and answers away from a thread that has not come back from a call, interrupts it and lets nobody ask any more.
     *
     * @param call which
     * @return false where it has come back meanwhile
     */
    boolean giveUp(final long call) {
        if (!turn.compareAndSet(call, GIVEN_UP)) {
            return false;
        }
        ring.close();
        final Thread hung = thread;
        if (hung != null) {
            hung.interrupt();
        }
        return true;
    }

    /**
     * Tells those who asked that it hangs, so that somebody else is asked at once; only once it was given up. Who was about to ask
     * may still come behind, so it is called again until the thread has ended.
     *
     * @return how many
     */
    int handBack() {
        final Request back = new Request();
        final IsolatedReply nothing = new IsolatedReply();
        int count = 0;
        while (ring.beginBatch(1) > 0) { // the one it hangs at first: its batch is still open
            take(back);
            deliver(back, Answer.HUNG, nothing);
            ring.endBatch();
            count++;
        }
        return count;
    }

    /** Which request is next in the ring, or in hand; only once it was given up. */
    Request inHand() {
        final Request hand = new Request();
        if (ring.beginBatch(1) > 0) {
            take(hand);
        }
        return hand;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** Whether its thread has not ended. */
    boolean isAlive() {
        return runner.isRunning();
    }

    /** Whether its thread has ended and nobody is left to be told; only once it was given up. */
    boolean isGone() {
        return !isAlive() && ring.isDrained();
    }

    /** Ends its thread, or gives it up after its time; it answers nothing from then on. */
    void close() {
        runner.close();
        final long call = turn.get();
        if ((call & 1) != 0 && call != GIVEN_UP) {
            giveUp(call);
        }
    }

    /** Waits for a thread that was given up, which ends as soon as it comes back. */
    void awaitEnd(final long most) {
        final Thread hung = thread;
        if (hung != null && most > 0) {
            try {
                hung.join(Duration.ofNanos(most));
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String roleName() {
        return name;
    }

    @Nullable
    Throwable death() {
        return death;
    }
}
