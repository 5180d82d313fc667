package io.tagma.tools.desk;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import java.util.Map;
import java.util.Set;

/**
 * One operator of a domain on one shard. It bids what its skill is worth on the task, less as its desk fills; its load rises
 * with each task and drains with stream time. Owned by the shard's thread.
 *
 * <p>Memory: {@code [load, seconds of the last task since the first, tasks, successes]}.
 */
final class Operator implements Agent {
    private static final int LOAD = 0;
    private static final int AT_SECONDS = 1;
    private static final int TASKS = 2;
    private static final int SUCCESSES = 3;
    private static final int MEMORY = 4;
    private static final float DRAIN_SECONDS = 20f;
    private static final float WORTH_MICROS = 1_000_000f;

    private final OperatorSpec spec;
    private final float[] memory;

    private Operator(final OperatorSpec spec, final AgentContext context) {
        this.spec = spec;
        this.memory = context.memory(MEMORY);
    }

    /** The type of one operator. */
    static AgentFactory factory(final OperatorSpec spec) {
        final AgentDescriptor descriptor = new AgentDescriptor(
                spec.name(),
                Set.of(spec.domain()),
                Map.of("domain", spec.domain(), "skill", Float.toString(spec.skill())),
                false);
        return AgentFactory.of(descriptor, context -> new Operator(spec, context));
    }

    @Override
    public long bid(final Task task) {
        final float load = load(task);
        if (load > spec.capacity()) {
            return DECLINE;
        }
        return (long) (WORTH_MICROS * spec.skill() * task.confidence() / (1f + load));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        memory[LOAD] = load(task) + 1f;
        memory[AT_SECONDS] = seconds(task);
        memory[TASKS] += 1f;
        ballot.action(1);
    }

    @Override
    public void learn(final Feedback feedback) {
        memory[SUCCESSES] += feedback.label();
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        explanation.add("skill", spec.skill(), spec.skill());
        explanation.add("load", load(task), -load(task));
        explanation.add("confidence", task.confidence(), task.confidence());
    }

    private float load(final Task task) {
        final float idle = Math.max(0f, seconds(task) - memory[AT_SECONDS]);
        return Math.max(0f, memory[LOAD] - idle / DRAIN_SECONDS);
    }

    /** Stream time in seconds, small enough for a float: a day repeats. */
    private static float seconds(final Task task) {
        return (task.timeNs() / 1_000_000L % 86_400_000L) / 1e3f;
    }
}
