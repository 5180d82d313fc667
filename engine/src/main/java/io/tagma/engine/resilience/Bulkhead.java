package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.Request;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.observe.Health;
import io.tagma.engine.observe.Stall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One isolated agent over all its lives: one that hangs is given up, with its thread and its ring, and a fresh one takes its place. {@link #ask}
 * belongs to any shard's thread, {@link #look} to one at a time, what tells is for any.
 */
final class Bulkhead {
    private static final Logger LOG = LoggerFactory.getLogger(Bulkhead.class);
    private static final int KEPT = 64;

    private final String name;
    private final Supplier<IsolatedAgent> maker;
    private final IsolationTerms terms;
    private final Answers answers;
    private final ThreadFactory threads;
    private final NanoClock clock;
    // Written by the life that has not been given up, of which there is one at a time.
    private final Counter handled = new Counter();
    private final Counter failures = new Counter();
    private final Counter hangs = new Counter();
    private final List<IsolatedLife> givenUp = new ArrayList<>();
    private final Deque<Hang> recent = new ArrayDeque<>();

    /** Null while as many threads as may were given up and still run, and at the end. */
    private volatile @Nullable IsolatedLife current;

    private int lives;
    private boolean closed;
    private long lastTurn;
    private long stuckNs;

    Bulkhead(
            final String name,
            final Supplier<IsolatedAgent> maker,
            final IsolationTerms terms,
            final Answers answers,
            final ThreadFactory threads,
            final NanoClock clock) {
        this.name = name;
        this.maker = maker;
        this.terms = terms;
        this.answers = answers;
        this.threads = threads;
        this.clock = clock;
        begin();
    }

    private void begin() {
        lives++;
        lastTurn = 0;
        stuckNs = 0;
        current = new IsolatedLife(
                        this, lives == 1 ? roleName() : roleName() + "-" + lives, terms, answers, threads, clock)
                .start();
    }

    /** Takes a request; false where the agent is dead, hangs or has as many before it as may wait. */
    boolean ask(final Request asked) {
        final IsolatedLife life = current;
        return life != null && life.ask(asked);
    }

    /** The agent for a life, on its thread. */
    IsolatedAgent make() {
        return maker.get();
    }

    void handled() {
        handled.increment();
    }

    void failed() {
        failures.increment();
    }

    /**
     * Looks whether its thread has come back from the call that it was at, gives it up where it has not for too long, and has a fresh one
     * take its place as soon as one may.
     *
     * @param gapNs since the last look, without what held up whoever looks
     */
    synchronized void look(final long gapNs) {
        if (closed) {
            return;
        }
        givenUp.forEach(IsolatedLife::handBack); // who was about to ask when it was given up
        givenUp.removeIf(IsolatedLife::isGone);
        final IsolatedLife life = current;
        if (life == null) {
            if (stillRun() <= terms.givenUp()) {
                begin();
            }
            return;
        }
        final long turn = life.turn();
        if (turn != lastTurn || (turn & 1) == 0) {
            lastTurn = turn;
            stuckNs = 0;
            return;
        }
        stuckNs += gapNs;
        if (stuckNs >= terms.hangNs()) {
            giveUp(life, turn);
        }
    }

    private void giveUp(final IsolatedLife life, final long turn) {
        final Thread thread = life.thread();
        final List<String> stack = Stall.stackOf(thread);
        final String state = thread == null ? "" : thread.getState().name();
        if (!life.giveUp(turn)) {
            return; // it has come back while we looked
        }
        current = null;
        givenUp.add(life);
        final boolean succeeds = stillRun() <= terms.givenUp();
        final long hungNs = stuckNs;
        if (succeeds) {
            begin();
        }
        final Request hand = life.inHand();
        final Hang hang = new Hang(
                name,
                life.roleName(),
                state,
                stack,
                hand.shard(),
                hand.id(),
                clock.nanoTime(),
                hungNs,
                life.handBack(),
                succeeds);
        if (recent.size() == KEPT) {
            recent.removeFirst();
        }
        recent.addLast(hang);
        hangs.increment();
        if (hangs.get() == 1) { // what hangs again and again shall not fill a disk
            LOG.warn("{}; further hangs of this agent are only counted", hang.words());
        }
    }

    long hangs() {
        return hangs.get();
    }

    /** The last {@link #KEPT}, the oldest first. */
    synchronized List<Hang> recent() {
        return List.copyOf(recent);
    }

    /** Threads that were given up and still run. */
    synchronized int stillRun() {
        return (int) givenUp.stream().filter(IsolatedLife::isAlive).count();
    }

    /** {@code live}, {@code hung} or {@code dead}. */
    String state() {
        final IsolatedLife life = current;
        if (life == null || life.isHung()) {
            return "hung";
        }
        return life.death() == null ? "live" : "dead";
    }

    Health health() {
        final String state = state();
        if (!state.equals("live")) {
            return Health.degraded(roleName(), "is " + state + ": it is not asked, the next on the route is" + stays());
        }
        return stillRun() == 0 ? Health.ready(roleName()) : Health.degraded(roleName(), "has hung" + stays());
    }

    private synchronized String stays() {
        final int run = stillRun();
        return run == 0
                ? ""
                : "; of threads that were given up " + run + " still run (" + terms.givenUp()
                        + " may, beyond that nobody takes its place), the last hung at "
                        + (recent.isEmpty() || recent.getLast().stack().isEmpty()
                                ? "?"
                                : recent.getLast().stack().getFirst());
    }

    String roleName() {
        return "isolated-" + name;
    }

    long done() {
        return handled.get();
    }

    long failures() {
        return failures.get();
    }

    /** Ends its threads; those that do not end within their time are left, and can answer nothing any more. */
    synchronized void close() {
        closed = true;
        final IsolatedLife life = current;
        if (life != null) {
            life.close();
        }
        // By the machine's clock: nobody may move a simulated one meanwhile.
        final long deadlineNs = SystemNanoClock.INSTANCE.nanoTime() + TimeUnit.MILLISECONDS.toNanos(terms.closeMs());
        for (final IsolatedLife gone : givenUp) {
            gone.awaitEnd(deadlineNs - SystemNanoClock.INSTANCE.nanoTime());
        }
        if (stillRun() > 0) {
            LOG.warn("{}: closed, and {} of its threads still run{}", roleName(), stillRun(), stays());
        }
    }
}
