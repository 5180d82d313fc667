package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.council.variable.VariableVote;
import java.util.Locale;

/** A {@link Specialist} as an agent that votes. Owned by the shard's thread. */
public final class SpecialistAgent implements Agent {
    private final Specialist specialist;
    private final Variable learningRate;
    private final Variable weight;

    private SpecialistAgent(final Speciality speciality, final AgentContext context) {
        specialist = new Specialist(speciality, context.memory(OnlineLogistic.MEMORY_LENGTH));
        learningRate = context.variable(FraudVariables.LEARNING_RATE);
        weight = context.variable(FraudVariables.weightOf(speciality));
    }

    /** Makes the specialist of one speciality, under its name, with the capability that the scenario's intent needs. */
    public static AgentFactory of(final Speciality speciality) {
        return AgentFactory.of(
                AgentDescriptor.of(speciality.name().toLowerCase(Locale.ROOT), FraudScenario.CAPABILITY),
                context -> new SpecialistAgent(speciality, context));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        // At their first values, 1, both variables leave every bit as it is.
        ballot.logOdds((float) weight.real() * specialist.ballot(task.features(), 0));
    }

    @Override
    public void learn(final Feedback feedback) {
        final float factor = feedback.learningRate() * (float) learningRate.real();
        specialist.learn(feedback.features(), feedback.offset(), feedback.label(), factor);
    }

    /** Refuses what would silence it: no weight below half of what it has now. */
    @Override
    public VariableVote vote(final VariableProposal proposal) {
        final boolean mine = proposal.variable() == weight;
        return mine && proposal.value() instanceof VariableValue.Real wanted && wanted.value() < weight.real() / 2
                ? VariableVote.REFUSE
                : VariableVote.AGREE;
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        specialist.ballot(task.features(), 0);
        explain(specialist.model(), specialist.inputs(), 0, explanation);
    }

    /** Adds what each feature of a model's input weighs, and what the model says when all are average. */
    static void explain(final OnlineLogistic model, final float[] x, final int offset, final Explanation explanation) {
        for (int i = 0; i < model.length(); i++) {
            explanation.add(model.names().get(i), x[offset + i], model.contribution(x, offset, i));
        }
        explanation.add("(bias)", 1f, model.bias());
    }
}
