package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;

/** One logistic model over all {@value FraudFeatures#BASE_LENGTH} base features, to measure the team by. Owned by the shard's thread. */
public final class SingleModelAgent implements Agent {
    /** Its name in the registry. */
    public static final String NAME = "single";

    private final OnlineLogistic model;

    private SingleModelAgent(final AgentContext context) {
        model = new OnlineLogistic(FraudFeatures.BASE_NAMES, context.memory(OnlineLogistic.MEMORY_LENGTH));
    }

    /** Makes the agent with a vote. */
    public static AgentFactory voting() {
        return AgentFactory.of(descriptor(), SingleModelAgent::new);
    }

    /** Makes the agent as a shadow: it learns and is heard, but has no vote. */
    public static AgentFactory shadow() {
        return AgentFactory.of(descriptor().asShadow(), SingleModelAgent::new);
    }

    private static AgentDescriptor descriptor() {
        return AgentDescriptor.of(NAME, FraudScenario.CAPABILITY);
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        ballot.logOdds(model.score(task.features(), FraudFeatures.BASE));
    }

    @Override
    public void learn(final Feedback feedback) {
        model.learn(
                feedback.features(), feedback.offset() + FraudFeatures.BASE, feedback.label(), feedback.learningRate());
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        SpecialistAgent.explain(model, task.features(), FraudFeatures.BASE, explanation);
    }
}
