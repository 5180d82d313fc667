package io.tagma.tools.campaign;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import java.util.Map;
import java.util.Set;

/**
 * One campaign on one shard. It bids what a view is worth to it, the truth being its best bid, as long as its released budget covers any view, and votes
 * on how fast budgets are released. Owned by the shard's thread.
 *
 * <p>Memory: {@code [pacing less 1, slots won, slots seen]}.
 */
final class CampaignAgent implements Agent {
    /** Has bought a slot. */
    static final int BOUGHT = 1;

    private static final int PACING = 0;
    private static final int WON = 1;
    private static final int SEEN = 2;
    private static final int MEMORY = 3;

    // Who could pay for so many of the dearest views has more than it can use.
    private static final long IDLE_VIEWS = 20;
    // Spending so much faster than the flight passes ends before it does.
    private static final double HASTY = 1.25;
    private static final float YES = 1f;

    private final Campaign campaign;
    private final AgentContext context;
    private final long budgetMicros;
    private final long dearestMicros;
    private final float[] memory;

    private CampaignAgent(final Campaign campaign, final AgentContext context, final int shards) {
        this.campaign = campaign;
        this.context = context;
        this.budgetMicros =
                MarketTerms.share(campaign.budgetCredits() * MicroCredits.PER_CREDIT, context.shard(), shards);
        this.dearestMicros = campaign.dearestMicros();
        this.memory = context.memory(MEMORY);
    }

    /** The type of one campaign's agent. */
    static AgentFactory factory(final Campaign campaign, final int shards) {
        final AgentDescriptor descriptor = new AgentDescriptor(
                campaign.label(),
                Set.of(CampaignContexts.ADVERTISE, CampaignContexts.COUNCIL),
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
        return spendableMicros(task.features()[Interests.ELAPSED]) >= dearestMicros
                ? campaign.valueMicros(task.features())
                : DECLINE;
    }

    /** What is released and neither spent nor in escrow. */
    private long spendableMicros(final float elapsed) {
        final float released = Pacing.released(pacing(), elapsed);
        return Pacing.releasedMicros(budgetMicros, released) - (budgetMicros - context.balanceMicros());
    }

    private float pacing() {
        return Pacing.FIRST + memory[PACING];
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        if (task.intent() == CampaignContexts.PACING) {
            vote(task.features()[0], task.features()[1], ballot);
            return;
        }
        memory[WON] += 1f;
        ballot.action(BOUGHT);
    }

    /** Faster where it sits out and has money for the whole flight, slower where it is hasty or has no use for more; else no vote. */
    private void vote(final float step, final float elapsed, final Ballot ballot) {
        final double spent = budgetMicros - context.balanceMicros();
        final long spendable = spendableMicros(elapsed);
        final boolean hasty = spent > HASTY * elapsed * budgetMicros;
        if (spendable < dearestMicros && !hasty) {
            ballot.logOdds(step > 0 ? YES : -YES);
        } else if (hasty || spendable > IDLE_VIEWS * dearestMicros) {
            ballot.logOdds(step > 0 ? -YES : YES);
        }
    }

    @Override
    public void learn(final Feedback feedback) {
        if (feedback.intent() != CampaignContexts.PACING) {
            memory[SEEN] += feedback.label() >= 0.5f ? 1f : 0f;
        } else if (feedback.label() >= 0.5f) {
            final float step = feedback.features()[feedback.offset()];
            memory[PACING] = Pacing.moved(pacing(), step) - Pacing.FIRST;
        }
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        if (task.intent() == CampaignContexts.PACING) {
            explanation.add("pacing", pacing(), task.features()[0]);
            return;
        }
        explanation.add("interest", task.features()[campaign.topic()], task.features()[campaign.topic()]);
        explanation.add("page's topic", task.features()[Interests.PAGE], 0);
        final float credits = spendableMicros(task.features()[Interests.ELAPSED]) / (float) MicroCredits.PER_CREDIT;
        explanation.add("spendable credits", credits, 0);
    }
}
