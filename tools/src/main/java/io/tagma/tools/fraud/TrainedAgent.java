package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.kernel.FloatMath;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A shadow whose weights come from a trainer beside the engine: an outcome is handed to it and nothing is learnt here, so the shard never
 * waits; what the trainer has learnt comes back as an order in the journal. In a replay there is no trainer and the orders do the
 * same. Owned by the shard's thread.
 */
final class TrainedAgent implements Agent {
    /** Its name in the registry. */
    static final String NAME = "trained";
    /** Floats of memory: a weight a base feature, then the bias. */
    static final int MEMORY_LENGTH = FraudFeatures.BASE_LENGTH + 1;

    // what fractions are multiplied with so that they are of the size of the others' logarithms
    private static final float RISK_SCALE = 4f;

    private final float[] memory;
    private final float[] x = new float[FraudFeatures.BASE_LENGTH];
    private final AtomicReference<@Nullable Examples> examples;

    /** Where examples go; never waits. */
    interface Examples {
        /** Takes one, or loses it. */
        boolean offer(float[] x, int offset, float label);
    }

    private TrainedAgent(final AtomicReference<@Nullable Examples> examples, final AgentContext context) {
        this.examples = examples;
        this.memory = context.memory(MEMORY_LENGTH);
    }

    /**
     * Makes the agent.
     *
     * @param examples who takes the examples; null in it while nobody does
     */
    static AgentFactory of(final AtomicReference<@Nullable Examples> examples) {
        return AgentFactory.of(
                AgentDescriptor.of(NAME, FraudScenario.CAPABILITY).asShadow(),
                context -> new TrainedAgent(examples, context));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        squash(task.features(), FraudFeatures.BASE);
        float sum = memory[x.length];
        for (int i = 0; i < x.length; i++) {
            sum = Math.fma(memory[i], x[i], sum);
        }
        ballot.logOdds(sum);
    }

    @Override
    public void learn(final Feedback feedback) {
        final Examples taker = examples.get();
        if (taker != null) {
            squash(feedback.features(), feedback.offset() + FraudFeatures.BASE);
            taker.offer(x, 0, feedback.label());
        }
    }

    /** Counts and amounts by their logarithms, so that one step size does for all. */
    private void squash(final float[] frame, final int from) {
        final int risk = FraudFeatures.TERMINAL_RISK - FraudFeatures.BASE;
        for (int i = 0; i < x.length; i++) {
            x[i] = i >= risk ? RISK_SCALE * frame[from + i] : FloatMath.log(1f + Math.max(0f, frame[from + i]));
        }
    }
}
