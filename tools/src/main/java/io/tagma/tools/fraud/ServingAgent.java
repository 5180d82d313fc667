package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.training.SequentialTest;

/**
 * Says whose answer serves a card: while the two are tried, the champion's or the challenger's by hash of the card, and after a
 * verdict one's for all. The verdict is one float of memory, which only an order in the journal writes, so it can be taken
 * back, and every decision has in its ballots who served it. Owned by the shard's thread.
 */
final class ServingAgent implements Agent {
    /** Its name in the registry. */
    static final String NAME = "serving";
    /** Ballot: the champion, for this card. */
    static final int CHAMPION = 1;
    /** Ballot: the challenger, for this card. */
    static final int CHALLENGER = 2;
    /** Ballot and memory: the champion, for all. */
    static final int CHAMPION_KEPT = 3;
    /** Ballot and memory: the challenger, for all. */
    static final int CHALLENGER_PROMOTED = 4;

    private final float[] memory;
    private final double share;

    private ServingAgent(final double share, final AgentContext context) {
        this.share = share;
        this.memory = context.memory(1);
    }

    /** Makes the agent. */
    static AgentFactory of(final double share) {
        return AgentFactory.of(
                AgentDescriptor.of(NAME, FraudScenario.CAPABILITY).asShadow(),
                context -> new ServingAgent(share, context));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        ballot.logOdds(memory[0] != 0f ? memory[0] : arm(task.subject(), share));
    }

    private static int arm(final long subject, final double share) {
        return SequentialTest.isChallengers(subject, share) ? CHALLENGER : CHAMPION;
    }
}
