package io.tagma.engine.shard;

import io.tagma.engine.agent.Explanation;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.ContractState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision taken apart: what came in, who said what and why, what came out, and what it did to the rows. Immutable, made
 * by a replay.
 *
 * @param shard the deciding shard
 * @param sequence the deciding input
 * @param correlationId the event's own number
 * @param subject first subject
 * @param peer second subject, 0 for none
 * @param timeNs stream time, epoch ns
 * @param values the event's floats
 * @param text the event's text, empty for none
 * @param features what the rows said, by position
 * @param intent the intent, given or classified
 * @param confidence probability of the intent, 1 where it was given
 * @param outOfScope how strange the text was
 * @param voices those who were asked, in candidate order, shadows last
 * @param status see {@link io.tagma.engine.ingest.Decision}
 * @param score the pooled probability, or that of the intent
 * @param action what to do
 * @param winner name of the winning agent, empty in a vote
 * @param priceMicros what the winner pays or is paid
 * @param deal what the market made of the auction, null where the intent is not traded
 * @param rows the rows of both subjects
 * @param causes what those who took part knew of
 */
public record DecisionTrace(
        int shard,
        long sequence,
        long correlationId,
        long subject,
        long peer,
        long timeNs,
        List<Float> values,
        String text,
        List<Float> features,
        IntentSpec intent,
        float confidence,
        float outOfScope,
        List<Voice> voices,
        int status,
        float score,
        int action,
        String winner,
        long priceMicros,
        @Nullable Deal deal,
        List<RowChange> rows,
        DecisionCauses causes) {

    /** No bid: the task was voted on, or the agent declined or failed. */
    public static final long NO_BID = -1;

    /**
     * One agent's part.
     *
     * @param agent its name
     * @param shadow whether it only watched
     * @param logOdds its ballot in log-odds; NaN for none
     * @param bidMicros its bid, or {@link #NO_BID}
     * @param standing its standing, 0 to 1; NaN for a shadow
     * @param explanation what weighed how much with it
     */
    public record Voice(
            String agent, boolean shadow, float logOdds, long bidMicros, float standing, Explanation explanation) {}

    /**
     * One auction's clearing and contract.
     *
     * @param contract its number, -1 for none
     * @param state the contract's state
     * @param admitted bids within the reserve
     * @param refused bids that were not
     * @param priceMicros the clearing price
     * @param escrowMicros what lies in escrow for all open contracts
     * @param balanceMicros the winner's balance afterwards
     * @param awards the slots that found a winner, from the best; empty where the intent has one winner
     * @param asked what the decision waited for; null where bids were cleared at once
     */
    public record Deal(
            long contract,
            ContractState state,
            int admitted,
            int refused,
            long priceMicros,
            long escrowMicros,
            long balanceMicros,
            List<Award> awards,
            @Nullable Asked asked) {}

    /**
     * How bids were asked for and awaited.
     *
     * @param auction number of the request for bids; that of a bidder is so much more as the bidder's place
     * @param eventSequence the input that brought the event
     * @param windowNs how long bids were awaited at most
     * @param end why the waiting ended
     * @param bids of those who were asked, in candidate order
     */
    public record Asked(long auction, long eventSequence, long windowNs, String end, List<AskedBid> bids) {}

    /**
     * What came of one who was asked.
     *
     * @param agent the candidate whose bid it is
     * @param service whom it had asked
     * @param micros the bid, or {@link #NO_BID}
     * @param sequence the input that brought the answer, also where that came too late; 0 where none came
     * @param afterNs from the event's submission to the answer, by the clocks of those who noted them; 0 where none came
     * @param late whether the answer came when the waiting was over
     */
    public record AskedBid(String agent, int service, long micros, long sequence, long afterNs, boolean late) {}

    /**
     * One of several slots.
     *
     * @param weightPpm how often it is delivered, in millionths
     * @param agent name of who won it
     * @param bidMicros what it bid for a delivery
     * @param priceMicros what a delivery costs or brings
     * @param contract number of its contract, -1 where none could be made
     * @param state the contract's state
     * @param balanceMicros the winner's balance afterwards
     */
    public record Award(
            int weightPpm,
            String agent,
            long bidMicros,
            long priceMicros,
            long contract,
            ContractState state,
            long balanceMicros) {}

    /**
     * One row before and after.
     *
     * @param subject whose row
     * @param here whether the row lives on this shard; if not, the lists are empty
     * @param before its floats before the input; empty for a row that was not there
     * @param after its floats after the input
     */
    public record RowChange(long subject, boolean here, List<Float> before, List<Float> after) {}

    /** The same with these rows. */
    DecisionTrace withRows(final List<RowChange> changes) {
        return new DecisionTrace(
                shard,
                sequence,
                correlationId,
                subject,
                peer,
                timeNs,
                values,
                text,
                features,
                intent,
                confidence,
                outOfScope,
                voices,
                status,
                score,
                action,
                winner,
                priceMicros,
                deal,
                List.copyOf(changes),
                causes);
    }
}
