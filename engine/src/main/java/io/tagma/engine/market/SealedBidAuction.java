package io.tagma.engine.market;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Task;

/**
 * One shard's auction: asks each candidate once for a sealed bid, weighs it by reputation and names the highest. Forward,
 * first price, as in Krishna, <em>Auction Theory</em>, ch. 2, with quality scores as in scoring auctions (Che, 1993): the
 * bid counts times the bidder's reputation. A tie goes to the lower agent number. Owned by the shard's thread.
 */
public final class SealedBidAuction {
    /** Nobody bid. */
    public static final int NO_WINNER = -1;

    private final Reputation reputation;
    private final long[] bidsMicros;
    private long priceMicros;

    /** An auction among at most {@code maxCandidates}. */
    public SealedBidAuction(final Reputation reputation, final int maxCandidates) {
        this.reputation = reputation;
        this.bidsMicros = new long[maxCandidates];
    }

    /**
     * Collects the bids and clears.
     *
     * @return index of the winner among the candidates, or {@link #NO_WINNER}
     */
    public int run(final Task task, final AgentCell[] candidates) {
        int winner = NO_WINNER;
        double best = -1.0;
        for (int i = 0; i < candidates.length; i++) {
            final long bid = candidates[i].bid(task);
            bidsMicros[i] = bid;
            if (bid < 0) {
                continue;
            }
            final double weighed = (double) bid * reputation.of(candidates[i].agentId());
            if (weighed > best) {
                best = weighed;
                winner = i;
            }
        }
        priceMicros = winner == NO_WINNER ? 0 : bidsMicros[winner];
        return winner;
    }

    /** Takes the winner out after it failed; the next best wins. */
    public int withdraw(final AgentCell[] candidates, final int failed) {
        bidsMicros[failed] = Agent.DECLINE;
        int winner = NO_WINNER;
        double best = -1.0;
        for (int i = 0; i < candidates.length; i++) {
            final double weighed = (double) bidsMicros[i] * reputation.of(candidates[i].agentId());
            if (bidsMicros[i] >= 0 && weighed > best) {
                best = weighed;
                winner = i;
            }
        }
        priceMicros = winner == NO_WINNER ? 0 : bidsMicros[winner];
        return winner;
    }

    /** What the winner bid, in micro-credits. */
    public long priceMicros() {
        return priceMicros;
    }

    /** What candidate {@code i} bid, {@link Agent#DECLINE}, or {@link AgentCell#FAILED_BID} where it threw. */
    public long bidMicros(final int i) {
        return bidsMicros[i];
    }
}
