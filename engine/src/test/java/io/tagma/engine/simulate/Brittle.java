package io.tagma.engine.simulate;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Subjects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An agent whose failures are a function of the seed and of what it is called with, so a replay has them too; and that hangs, which on
 * a simulated clock is a leap of time. Owned by the thread that steps.
 */
final class Brittle implements Agent {
    private static final long HANG_NS = 300_000_000;

    private final long seed;
    private final int number;
    private final float[] memory;
    private final AtomicLong clock;
    private final Runnable inside;

    private Brittle(
            final AgentContext context,
            final long seed,
            final int number,
            final AtomicLong clock,
            final Runnable inside) {
        this.seed = seed;
        this.number = number;
        this.clock = clock;
        this.inside = inside;
        this.memory = context.memory(4);
    }

    /** Calls {@code inside} at each task: while a batch is journaled, and what comes of it is not. */
    static AgentFactory of(
            final long seed,
            final int number,
            final AtomicLong clock,
            final Runnable inside,
            final String... capabilities) {
        return AgentFactory.of(
                AgentDescriptor.of("brittle-" + number, capabilities),
                context -> new Brittle(context, seed, number, clock, inside));
    }

    /** Whether every agent fails on it. */
    static boolean isPoison(final long seed, final long event) {
        return Math.floorMod(Subjects.mix(seed ^ Subjects.mix(event)), 41) == 5;
    }

    private boolean strikes(final long event, final int what, final int oneIn) {
        return Math.floorMod(Subjects.mix(seed + 31L * what + Subjects.mix(event * 64 + number)), oneIn) == 0;
    }

    @Override
    public long bid(final Task task) {
        if (strikes(task.correlationId(), 1, 29)) {
            throw new IllegalStateException("bid of " + task.correlationId());
        }
        return 10_000_000L + 1_000_000L * number + Math.floorMod(task.correlationId(), 7) * 100_000L + (long) memory[0];
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        inside.run();
        memory[0] += 1f; // kept also where it fails behind this
        if (isPoison(seed, task.correlationId())) {
            throw new IllegalStateException("poison " + task.correlationId());
        }
        if (strikes(task.correlationId(), 2, 37)) {
            throw new AssertionError("killed at " + task.correlationId());
        }
        if (strikes(task.correlationId(), 3, 97)) {
            clock.addAndGet(HANG_NS);
        }
        ballot.logOdds(memory[1] * 0.1f).action(number);
    }

    @Override
    public void learn(final Feedback feedback) {
        if (strikes((long) (feedback.label() * 1e6f), 4, 31)) {
            throw new IllegalStateException("learning");
        }
        memory[1] = Math.fma(0.05f, feedback.label() - memory[1], memory[1]);
    }
}
