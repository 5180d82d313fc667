package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;

/** A {@link Contender} as a shadow: heard and taught like the single model, the champion. Owned by the shard's thread. */
final class ChallengerAgent implements Agent {
    /** Its name in the registry. */
    static final String NAME = "challenger";

    private final Contender contender;

    private ChallengerAgent(final String spec, final AgentContext context) {
        contender = Contender.of(spec, context);
    }

    /** Makes the challenger of a spec, see {@link Contender#check}. */
    static AgentFactory of(final String spec) {
        return AgentFactory.of(
                AgentDescriptor.of(NAME, FraudScenario.CAPABILITY).asShadow(),
                context -> new ChallengerAgent(spec, context));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        ballot.logOdds(contender.score(task.features(), 0));
    }

    @Override
    public void learn(final Feedback feedback) {
        contender.learn(feedback.features(), feedback.offset(), feedback.label(), feedback.learningRate());
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        contender.explain(task.features(), explanation);
    }
}
