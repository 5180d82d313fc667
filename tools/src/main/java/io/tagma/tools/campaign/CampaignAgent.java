package io.tagma.tools.campaign;

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
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import java.util.Map;
import java.util.Set;

/**
 * One campaign on one shard. It bids what a view is worth to it, the truth being its best bid, as long as its released budget covers any view, and votes
 * on how fast budgets are released. Owned by the shard's thread.
 *
 * <p>Memory: {@code [elapsed share of the flight, slots won, slots seen]}.
 */
final class CampaignAgent implements Agent {
    /** Has bought a slot. */
    static final int BOUGHT = 1;

    private static final int ELAPSED = 0;
    private static final int WON = 1;
    private static final int SEEN = 2;
    private static final int MEMORY = 3;

    // Who could pay for so many of the dearest views has more than it can use.
    private static final long IDLE_VIEWS = 20;
    // Spending so much faster than the flight passes ends before it does.
    private static final double HASTY = 1.25;

    private final Campaign campaign;
    private final AgentContext context;
    private final long budgetMicros;
    private final long dearestMicros;
    private final float[] memory;
    private final Variable pacing;

    private CampaignAgent(final Campaign campaign, final AgentContext context, final int shards) {
        this.campaign = campaign;
        this.context = context;
        this.budgetMicros =
                MarketTerms.share(campaign.budgetCredits() * MicroCredits.PER_CREDIT, context.shard(), shards);
        this.dearestMicros = campaign.dearestMicros();
        this.memory = context.memory(MEMORY);
        this.pacing = context.variable(Pacing.VARIABLE);
    }

    /** The type of one campaign's agent. */
    static AgentFactory factory(final Campaign campaign, final int shards) {
        final AgentDescriptor descriptor = new AgentDescriptor(
                campaign.label(),
                Set.of(CampaignContexts.ADVERTISE),
                Map.of(
                        MarketTerms.CREDITS,
                        Long.toString(campaign.budgetCredits()),
                        "topic",
                        Integer.toString(campaign.topic())),
                false);
        return AgentFactory.of(descriptor, context -> new CampaignAgent(campaign, context, shards));
    }

    @Override
    public long bid(final Task task) {
        memory[ELAPSED] = task.features()[Interests.ELAPSED]; // for a vote, which has no task
        return spendableMicros(memory[ELAPSED]) >= dearestMicros ? campaign.valueMicros(task.features()) : DECLINE;
    }

    /** What is released and neither spent nor in escrow. */
    private long spendableMicros(final float elapsed) {
        final float released = Pacing.released((float) pacing.real(), elapsed);
        return Pacing.releasedMicros(budgetMicros, released) - (budgetMicros - context.balanceMicros());
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        memory[WON] += 1f;
        ballot.action(BOUGHT);
    }

    /** Faster where it sits out and has money for the whole flight, slower where it is hasty or has no use for more; else no vote. */
    @Override
    public VariableVote vote(final VariableProposal proposal) {
        if (!(proposal.value() instanceof VariableValue.Real wanted)) {
            return VariableVote.ABSTAIN;
        }
        final boolean faster = wanted.value() > pacing.real();
        final float elapsed = memory[ELAPSED];
        final double spent = budgetMicros - context.balanceMicros();
        final long spendable = spendableMicros(elapsed);
        final boolean hasty = spent > HASTY * elapsed * budgetMicros;
        if (spendable < dearestMicros && !hasty) {
            return faster ? VariableVote.AGREE : VariableVote.REFUSE;
        }
        if (hasty || spendable > IDLE_VIEWS * dearestMicros) {
            return faster ? VariableVote.REFUSE : VariableVote.AGREE;
        }
        return VariableVote.ABSTAIN;
    }

    @Override
    public void learn(final Feedback feedback) {
        memory[SEEN] += feedback.label() >= 0.5f ? 1f : 0f;
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        explanation.add("interest", task.features()[campaign.topic()], task.features()[campaign.topic()]);
        explanation.add("page's topic", task.features()[Interests.PAGE], 0);
        final float credits = spendableMicros(task.features()[Interests.ELAPSED]) / (float) MicroCredits.PER_CREDIT;
        explanation.add("spendable credits", credits, 0);
    }
}
