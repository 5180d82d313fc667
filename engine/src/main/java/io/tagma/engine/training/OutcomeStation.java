package io.tagma.engine.training;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.market.Reputation;

/** Where an outcome meets the decision that waited for it and teaches those who took part. Owned by the shard's thread. */
public final class OutcomeStation {
    /** Told of each handler that failed while learning. */
    public interface Faults {
        /** The agent threw. */
        void failed(AgentCell cell);
    }

    private final PendingDecisions pending;
    private final Reputation reputation;
    private final TrainingControl control;
    private final Faults faults;
    private final Feedback feedback = new Feedback();

    /** A station over a shard's waiting decisions. */
    public OutcomeStation(
            final PendingDecisions pending,
            final Reputation reputation,
            final TrainingControl control,
            final Faults faults) {
        this.pending = pending;
        this.reputation = reputation;
        this.control = control;
        this.faults = faults;
    }

    /** Points the feedback to a slot of {@link PendingDecisions} and an outcome. */
    public Feedback prepare(final int slot, final float label, final int trueIntent, final long timeNs) {
        return feedback.task(pending.slab(), pending.featuresAt(slot), pending.featureCount(slot), pending.intent(slot))
                .outcome(label, trueIntent, timeNs);
    }

    /** A vote's outcome: the rule learns whom to trust, then each voter and each shadow learns. */
    public void teachVoters(
            final int slot,
            final VoteRule rule,
            final float[] voteState,
            final AgentCell[] voters,
            final AgentCell[] shadows) {
        final int ballotsAt = pending.ballotsAt(slot);
        final float label = feedback.label();
        if (voters.length > 1) {
            rule.learn(pending.slab(), ballotsAt, voters.length, voteState, label);
        }
        for (int i = 0; i < voters.length; i++) {
            teach(voters[i], pending.slab()[ballotsAt + i]);
        }
        teachShadowsAt(ballotsAt + voters.length, shadows);
    }

    private void teachShadowsAt(final int ballotsAt, final AgentCell[] shadows) {
        for (int i = 0; i < shadows.length; i++) {
            teach(shadows[i], pending.slab()[ballotsAt + i]);
        }
    }

    /** An auction's outcome: the winner earns by how it went and learns, and so does each shadow. */
    public void teachWinner(final int slot, final AgentCell[] candidates, final AgentCell[] shadows) {
        final int winner = pending.winner(slot);
        if (winner >= 0 && winner < candidates.length) {
            reputation.earn(candidates[winner].agentId(), feedback.label());
            teach(candidates[winner], Float.NaN);
        }
        teachShadows(slot, shadows);
    }

    /** The shadows of an auction, which has no ballots but theirs. */
    public void teachShadows(final int slot, final AgentCell[] shadows) {
        teachShadowsAt(pending.ballotsAt(slot), shadows);
    }

    /** One of several winners of a decision, with an outcome of its own. */
    public void teachOne(final AgentCell cell, final float label) {
        final float whole = feedback.label();
        feedback.outcome(label, feedback.trueIntent(), feedback.timeNs());
        reputation.earn(cell.agentId(), label);
        teach(cell, Float.NaN);
        feedback.outcome(whole, feedback.trueIntent(), feedback.timeNs());
    }

    private void teach(final AgentCell cell, final float logOdds) {
        final float rate = control.rate(cell.agentId());
        if (rate == 0f) {
            return; // frozen
        }
        feedback.logOdds(logOdds).learningRate(rate);
        if (cell.learn(feedback) == AgentCell.FAULT) {
            faults.failed(cell);
        }
    }
}
