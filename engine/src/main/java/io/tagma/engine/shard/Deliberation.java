package io.tagma.engine.shard;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.BidWindow;
import io.tagma.engine.market.CandidateIndex;
import io.tagma.engine.market.Clearing;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.Reputation;
import io.tagma.engine.market.SealedBidAuction;
import io.tagma.engine.training.OutcomeStation;
import io.tagma.engine.training.PendingDecisions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one shard's agents come to a decision on a task: discover, auction or vote, handle. Owned by the shard's thread. */
final class Deliberation {
    /** Told of each handler that failed. */
    interface Faults {
        void failed(Task task, AgentCell cell);
    }

    private static final int NOBODY = -1;

    private final IntentSpec[] intents;
    private final CandidateIndex index;
    private final SealedBidAuction auction;
    private final VoteRule[] rules;
    private final @Nullable MarketStation market;
    private final float[][] voteStates;
    private final List<AgentCell> cells;
    private final Faults faults;
    private final Ballot ballot = new Ballot();
    private final float[] ballots;
    private boolean asked;
    private @Nullable BidWindow bids;
    private boolean hooked;
    private int ballotCount;
    private int awards;
    private int failed;
    private int winner;
    private int agentId;
    private int action;
    private int status;
    private float score;
    private long priceMicros;

    Deliberation(final ShardParts parts, final Faults faults) {
        this.intents = parts.intents().toArray(IntentSpec[]::new);
        this.index = parts.index();
        this.auction = new SealedBidAuction(parts.reputation(), Math.max(1, index.widest()));
        this.market = parts.market();
        this.cells = parts.cells();
        this.faults = faults;
        this.ballots = new float[Math.max(1, index.widest())];
        this.voteStates = new float[this.intents.length][];
        this.rules = new VoteRule[this.intents.length];
        for (int i = 0; i < voteStates.length; i++) {
            final VoteRule own = this.intents[i].voteRule();
            rules[i] = own == null ? parts.voteRule() : own;
            final int voters = index.candidates(i).length;
            final boolean votes = this.intents[i].protocol() == IntentSpec.Protocol.VOTE;
            voteStates[i] = new float[votes ? rules[i].stateFloats(voters) : 0];
            if (votes) {
                rules[i].init(voteStates[i], voters);
            }
        }
    }

    /**
     * Decides; the result is in the getters until the next call.
     *
     * @param asks the candidates' bids where they were asked for, null where candidates bid now or vote
     */
    void run(final Task task, final @Nullable BidWindow asks) {
        bids = asks;
        final AgentCell[] candidates = index.candidates(task.intent());
        asked = true;
        awards = 0;
        ballotCount = 0;
        winner = NOBODY;
        agentId = NOBODY;
        priceMicros = 0;
        action = IntentSpec.ALLOW;
        score = task.confidence();
        status = Decision.NO_CANDIDATE;
        if (candidates.length != 0) {
            if (intents[task.intent()].protocol() == IntentSpec.Protocol.VOTE) {
                vote(task, candidates);
            } else {
                final AuctionTerms terms = intents[task.intent()].terms();
                final MarketStation trade = market;
                if (terms == null || trade == null) {
                    auction(task, candidates);
                } else if (terms.rule() == AuctionRule.VCG) {
                    sell(task, candidates, terms, trade);
                } else {
                    trade(task, candidates, terms, trade);
                }
            }
        }
        if (asks != null && asks.missed() > 0 && status == Decision.NO_CANDIDATE) {
            status = Decision.NOT_ASKED;
        }
        watch(task);
    }

    /** A decision without anyone being asked. */
    void refuse(final int why) {
        asked = false;
        bids = null;
        awards = 0;
        ballotCount = 0;
        winner = NOBODY;
        agentId = NOBODY;
        priceMicros = 0;
        action = IntentSpec.REVIEW;
        score = 0f;
        status = why;
    }

    private void vote(final Task task, final AgentCell[] candidates) {
        failed = 0;
        for (int i = 0; i < candidates.length; i++) {
            ballots[ballotCount++] = cast(task, candidates[i]);
        }
        // A lone voter has nobody to be weighed against: its ballot stands as it is.
        final float pooled = candidates.length == 1
                ? ballots[0]
                : rules[task.intent()].pool(ballots, 0, candidates.length, voteStates[task.intent()]);
        if (Float.isNaN(pooled)) {
            status = failed == 0 ? Decision.NO_CANDIDATE : Decision.FAILED;
            action = IntentSpec.REVIEW;
            score = 0f;
            return;
        }
        status = Decision.DECIDED;
        score = FloatMath.sigmoid(pooled);
        action = intents[task.intent()].action(score);
    }

    private void auction(final Task task, final AgentCell[] candidates) {
        int won = auction.run(task, candidates);
        for (int i = 0; i < candidates.length; i++) {
            if (auction.bidMicros(i) == AgentCell.FAILED_BID) {
                faults.failed(task, candidates[i]);
                status = Decision.FAILED; // unless another takes the task
            }
        }
        while (won != SealedBidAuction.NO_WINNER) {
            ballot.reset();
            if (candidates[won].handle(task, ballot) == AgentCell.OK) {
                winner = won;
                agentId = candidates[won].agentId();
                priceMicros = auction.priceMicros();
                action = ballot.action();
                status = Decision.DECIDED;
                return;
            }
            faults.failed(task, candidates[won]);
            status = Decision.FAILED;
            won = auction.withdraw(candidates, won); // its task goes to the next best, as often as there is one
        }
    }

    private void collect(
            final Task task, final AgentCell[] candidates, final AuctionTerms terms, final MarketStation trade) {
        trade.open(terms, task.timeNs());
        final BidWindow window = bids;
        for (int i = 0; window != null && i < candidates.length; i++) {
            final long bid = window.bidMicros(i);
            trade.bid(candidates[i].isAbsent() ? Agent.DECLINE : bid); // it may have bid before it was
            status = bid == AgentCell.FAILED_BID ? Decision.FAILED : status; // told when it was asked
        }
        for (int i = 0; window == null && i < candidates.length; i++) {
            final long bid = candidates[i].bid(task);
            trade.bid(bid);
            if (bid == AgentCell.FAILED_BID) {
                faults.failed(task, candidates[i]);
                status = Decision.FAILED; // unless another takes the task
            }
        }
    }

    private void trade(
            final Task task, final AgentCell[] candidates, final AuctionTerms terms, final MarketStation trade) {
        collect(task, candidates, terms, trade);
        int won = trade.award(candidates, task.timeNs());
        while (won != Clearing.NO_WINNER) {
            ballot.reset();
            if (candidates[won].handle(task, ballot) == AgentCell.OK) {
                winner = won;
                agentId = candidates[won].agentId();
                priceMicros = trade.clearing().priceMicros();
                action = ballot.action();
                status = Decision.DECIDED;
                break;
            }
            faults.failed(task, candidates[won]);
            status = Decision.FAILED;
            trade.withdraw(won, task.timeNs());
            won = trade.award(candidates, task.timeNs());
        }
        trade.close();
    }

    /** Several slots: all who won one handle the task, the best slot first, and then each gets its contract. */
    private void sell(
            final Task task, final AgentCell[] candidates, final AuctionTerms terms, final MarketStation trade) {
        collect(task, candidates, terms, trade);
        int sold = trade.clearSlots(candidates);
        int s = 0;
        while (s < sold) {
            final int won = trade.sale().winner(s);
            ballot.reset();
            if (candidates[won].handle(task, ballot) == AgentCell.OK) {
                action = s == 0 ? ballot.action() : action;
                s++;
                continue;
            }
            faults.failed(task, candidates[won]);
            status = Decision.FAILED;
            trade.strike(won);
            sold = trade.clearSlots(candidates); // those before it keep their slots, those behind it move up
        }
        trade.awardSlots(task.timeNs());
        awards = trade.sale().count();
        if (awards > 0) {
            agentId = trade.sale().agent(0);
            winner = agentId < 0 ? NOBODY : trade.sale().winner(0);
            priceMicros = trade.sale().priceMicros(0);
            status = Decision.DECIDED;
        }
    }

    private void watch(final Task task) {
        final AgentCell[] shadows = index.shadows(task.intent());
        for (int i = 0; i < shadows.length; i++) {
            ballots[ballotCount++] = cast(task, shadows[i]);
        }
    }

    private float cast(final Task task, final AgentCell cell) {
        if (cell.handle(task, ballot) == AgentCell.OK) {
            return ballot.logOdds();
        }
        failed++;
        faults.failed(task, cell);
        return Float.NaN;
    }

    IntentSpec intent(final int i) {
        return intents[i];
    }

    AgentCell[] candidates(final int intent) {
        return index.candidates(intent);
    }

    AgentCell[] shadows(final int intent) {
        return index.shadows(intent);
    }

    VoteRule rule(final int intent) {
        return rules[intent];
    }

    @Nullable
    MarketStation market() {
        return market;
    }

    /** What an auction's candidate stands at: by its contracts where the intent is traded, else by its outcomes. */
    float standing(final int intent, final int agent, final Reputation reputation, final long timeNs) {
        final MarketStation trade = market;
        return trade == null || intents[intent].terms() == null
                ? reputation.of(agent)
                : (float) trade.reputation().of(agent, timeNs);
    }

    /** What candidate {@code i} of the last auction bid, negative where it did not. */
    long bidMicros(final int intent, final int i) {
        final MarketStation trade = market;
        return trade == null || intents[intent].terms() == null ? auction.bidMicros(i) : trade.bidMicros(i);
    }

    /** Says whether there are hooks around any of the agents. */
    void hooked(final boolean any) {
        hooked = any;
    }

    /** Keeps what the agents said of the decision just made; hooks change a decision, not what is learnt from it. */
    void keepBallots(final PendingDecisions pending, final int slot, final int intent) {
        final int at = pending.ballotsAt(slot);
        System.arraycopy(ballots, 0, pending.slab(), at, ballotCount);
        if (hooked && ballotCount > 0) {
            final AgentCell[] shadows = index.shadows(intent);
            final int voters = ballotCount - shadows.length; // none where there was an auction
            for (int i = 0; i < ballotCount; i++) {
                final AgentCell cell = i < voters ? index.candidates(intent)[i] : shadows[i - voters];
                pending.slab()[at + i] = cell.ownLogOdds(ballots[i]);
            }
        }
    }

    /** Keeps the contract of the decision just made, in the slot where the decision waits for its outcome. */
    void remember(final Task task, final int slot) {
        final MarketStation trade = market;
        if (trade == null) {
            return;
        }
        if (intents[task.intent()].terms() == null) {
            trade.forget(slot);
        } else {
            trade.remember(slot);
        }
    }

    /** Settles the contract of a decision whose outcome came. */
    void settle(final int intent, final int slot, final float label, final long timeNs) {
        final MarketStation trade = market;
        if (trade != null && intent(intent).protocol() != IntentSpec.Protocol.VOTE) {
            final AuctionTerms terms = intent(intent).terms();
            trade.settle(slot, terms == null ? 1 : terms.slots().count(), label, timeNs);
        }
    }

    /** An auction's outcome teaches who won, with several slots each winner by whether its own was delivered. */
    void teachWinners(final OutcomeStation station, final int intent, final int slot, final float label) {
        final MarketStation trade = market;
        final AuctionTerms terms = intents[intent].terms();
        final AgentCell[] candidates = index.candidates(intent);
        if (trade != null && terms != null && terms.rule() == AuctionRule.VCG) {
            final int offered = terms.slots().count();
            for (int s = 0; s < offered; s++) {
                final int agent = trade.agentOf(slot, s);
                if (agent >= 0) {
                    station.teachOne(cells.get(agent), MarketStation.isDelivered(s, offered, label) ? 1f : 0f);
                }
            }
            station.teachShadows(slot, index.shadows(intent));
            return;
        }
        station.teachWinner(slot, candidates, index.shadows(intent));
    }

    /** The classifier's digest and that of the market, where there is one. */
    long digest(final long classifier) {
        final MarketStation trade = market;
        return trade == null ? classifier : Subjects.mix(classifier ^ trade.digest());
    }

    float[] voteState(final int intent) {
        return voteStates[intent];
    }

    float[][] voteStates() {
        return voteStates;
    }

    /** The bids that the last decision waited for or found posted; null where its intent does not ask for bids. */
    @Nullable
    BidWindow bids() {
        return bids;
    }

    /** Whether agents were asked; if not, there are neither ballots nor bids. */
    boolean asked() {
        return asked;
    }

    float[] ballots() {
        return ballots;
    }

    int ballotCount() {
        return ballotCount;
    }

    /** Slots that were sold or filled by the last decision; 0 where it was not about slots. */
    int awards() {
        return awards;
    }

    int winner() {
        return winner;
    }

    int agentId() {
        return agentId;
    }

    int action() {
        return action;
    }

    int status() {
        return status;
    }

    float score() {
        return score;
    }

    long priceMicros() {
        return priceMicros;
    }
}
