package io.tagma.engine.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.IsolatedReply;
import io.tagma.engine.agent.Request;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.supervise.ThreadCensus;
import io.tagma.ring.ThreadStarter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents are given up at the very moment at which they come back: whoever asked hears of it once, from one of the two. */
@Timeout(60)
class GivingUpTest {
    private static final int REQUESTS = Boolean.getBoolean("tagma.slow") ? 200_000 : 1_000;
    private static final long HANG_NS = 5;

    /**
     * The agent itself moves the clock on, a step with each look of another thread, to just about where it counts as hung, so that it comes
     * back while it is given up. It writes the number of its request into its reply, so an answer under another's number would show.
     */
    @Test
    void eachRequestIsAnsweredOnce() {
        final AtomicLong nowNs = new AtomicLong();
        final AtomicIntegerArray answers = new AtomicIntegerArray(REQUESTS);
        final AtomicLong looks = new AtomicLong();
        final AtomicLong done = new AtomicLong();
        final AtomicLong hung = new AtomicLong();
        final AtomicLong others = new AtomicLong();
        final ThreadCensus threads = new ThreadCensus(Thread::new);
        final IsolatedAgent agent = new IsolatedAgent() {
            private final SplittableRandom random = new SplittableRandom(7);

            @Override
            public void handle(final Request request, final IsolatedReply reply) {
                for (int i = random.nextInt(2 * (int) HANG_NS); i > 0; i--) {
                    final long seen = looks.get();
                    nowNs.incrementAndGet();
                    while (looks.get() == seen) {
                        Thread.yield();
                    }
                }
                reply.floats(request.payload().getInt(0));
            }
        };
        final IsolatedAgents isolated = new IsolatedAgents(
                List.of(new Isolated("works", () -> agent)),
                new IsolationTerms(16, 8, HANG_NS, "yielding", 5_000, 8),
                (shard, request, code, age, floats, bytes) -> {
                    answers.incrementAndGet((int) request);
                    switch (code) {
                        case Answer.OK -> {
                            others.addAndGet((int) floats[0] == request ? 0 : 1);
                            done.incrementAndGet();
                        }
                        case Answer.HUNG -> hung.incrementAndGet();
                        default -> others.incrementAndGet();
                    }
                    return SubmitCode.ACCEPTED;
                },
                threads,
                nowNs::get);
        final AtomicBoolean ended = new AtomicBoolean();
        final Thread looking = start(threads, () -> {
            while (!ended.get()) {
                isolated.look();
                looks.incrementAndGet();
            }
        });
        askAll(isolated);
        while (done.get() + hung.get() + others.get() < REQUESTS) {
            Thread.yield();
        }
        isolated.close();
        while (threads.alive().size() > 1) { // those that were given up come back and end, while somebody still looks
            Thread.yield();
        }
        ended.set(true);
        join(looking);

        assertThat(others).as("of another code, or another's").hasValue(0);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(answers.get(i)).as("answers to request %d", i).isEqualTo(1);
        }
        assertThat(isolated.handled(0)).isEqualTo(done.get());
        assertThat(isolated.hangs(0)).as("given up").isPositive();
        assertThat(done.get()).as("came back in time").isPositive();
        assertThat(threads.alive()).isEmpty();
    }

    private static void askAll(final IsolatedAgents isolated) {
        final Request request = new Request();
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[8]);
        for (int i = 0; i < REQUESTS; i++) {
            payload.putInt(0, i);
            request.wrap(0, i, 0, 0, 1).payload(payload, 0, Integer.BYTES);
            while (!isolated.ask(request)) {
                Thread.yield();
            }
        }
    }

    private static Thread start(final ThreadFactory threads, final Runnable body) {
        final Thread[] started = new Thread[1];
        ThreadStarter.start(threads, "looks", body, thread -> started[0] = thread);
        return started[0];
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
