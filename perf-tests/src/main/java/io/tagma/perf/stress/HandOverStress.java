package io.tagma.perf.stress;

import io.tagma.ring.ElasticConfig;
import io.tagma.ring.ElasticRunner;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A shard is handed to and fro between the two threads of an elastic pool. It keeps its state in plain fields, so only the hand-over
 * itself can order what one thread wrote before what the other reads; and it has one writer, or a step would be lost or seen half done.
 */
@JCStressTest
@Outcome(id = "6, 6, 0, 0", expect = Expect.ACCEPTABLE, desc = "each step saw all of the one before, and nobody else")
@Outcome(expect = Expect.FORBIDDEN, desc = "a step was lost, saw half of another, or ran beside it")
@State
public class HandOverStress {
    private static final int STEPS = 6;
    private static final int SHARD = 0;

    /** The pool's own threads do nothing, but have to come to their turn before it is closed. */
    private static final int CLOSE_TIMEOUT_MS = 60_000;

    private final List<Runnable> threads = new ArrayList<>();
    private final Steps shard = new Steps();
    private final ElasticRunner runner;

    /** A pool of two threads that the actors are: what the pool itself starts does nothing. */
    public HandOverStress() {
        final ElasticConfig config = new ElasticConfig(
                ElasticConfig.Terms.of(2, 2),
                SystemNanoClock.INSTANCE,
                thread -> new YieldingIdleStrategy(),
                work -> {
                    threads.add(work);
                    return Thread.ofVirtual().unstarted(() -> {});
                },
                failure -> shard.overlaps++,
                CLOSE_TIMEOUT_MS);
        runner = new ElasticRunner(config, List.of(shard, new Resting()), List.of());
        runner.start();
    }

    /** The pool's first thread. */
    @Actor
    public void first() {
        threads.get(0).run();
    }

    /** The pool's second thread. */
    @Actor
    public void second() {
        threads.get(1).run();
    }

    /** What the shard has come to. */
    @Arbiter
    public void end(final IIII_Result result) {
        result.r1 = shard.begun;
        result.r2 = shard.done;
        result.r3 = shard.torn;
        result.r4 = shard.overlaps;
    }

    /** The shard: each duty cycle is a step, and has it moved. */
    private final class Steps implements Agent {
        private int begun;
        private int done;
        private int torn;
        private int overlaps;
        private Thread worker = Thread.currentThread();

        @Override
        public int doWork() {
            final Thread me = Thread.currentThread();
            worker = me;
            if (begun != done) {
                torn++;
            }
            begun++;
            done++;
            if (!worker.equals(me)) {
                overlaps++;
            }
            if (done == STEPS) {
                runner.close(); // both threads end after this cycle
            } else {
                runner.moveNow(SHARD, 1 - runner.threadOf(SHARD));
            }
            return 1;
        }

        @Override
        public String roleName() {
            return "steps";
        }
    }

    /** Another shard, without which there would be one thread. */
    private static final class Resting implements Agent {
        @Override
        public int doWork() {
            return 0;
        }

        @Override
        public String roleName() {
            return "resting";
        }
    }
}
