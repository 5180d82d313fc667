package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.WindowFrames;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.BidWindow;
import io.tagma.engine.market.Clearing;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.SlotSale;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Watches one input being applied and keeps what was seen, said and changed. Owned by the replaying thread. */
final class DecisionTracer implements StepListener {
    private final ShardCore core;
    private final ProfileStore store;
    private final EngineContext context;
    private final Path journal;
    private final ProfileRow row;
    private final CausalLog log;
    private InputSearch.@Nullable Found found;
    private List<Float> subjectBefore = List.of();
    private List<Float> peerBefore = List.of();
    private List<DecisionTrace.RowChange> rows = List.of();
    private long followed;
    private @Nullable DecisionTrace seen;

    DecisionTracer(final ShardCore core, final ProfileStore store, final EngineContext context, final Path journal) {
        this.journal = journal;
        this.core = core;
        this.store = store;
        this.context = context;
        this.row = store.newRow();
        this.log = new CausalLog(core);
    }

    /** Notes the rows as they are before the input. */
    void before(final InputSearch.Found input) {
        found = input;
        subjectBefore = input.subjectHere() ? floats(input.subject()) : List.of();
        peerBefore = floats(input.peer());
    }

    private List<Float> floats(final long subject) {
        final long address = subject == 0 ? 0 : store.rowAddress(subject);
        if (address <= 0) {
            return List.of();
        }
        row.wrap(address);
        final List<Float> values = new ArrayList<>();
        for (int i = 0; i < store.dimension(); i++) {
            values.add(row.get(i));
        }
        return List.copyOf(values);
    }

    @Override
    public void decided(final Task task, final Deliberation result) {
        final AskedAuctions auctions = core.parts().asked();
        if (found == null
                || (followed != 0 && (auctions == null || result.bids() == null || auctions.event() != followed))) {
            return; // on the way to the input, or about another event
        }
        final IntentSpec intent = context.intents().get(Math.max(0, task.intent()));
        seen = new DecisionTrace(
                core.parts().shard(),
                task.sequence(),
                task.correlationId(),
                task.subject(),
                task.peer(),
                task.timeNs(),
                values(task),
                text(task),
                features(task),
                intent,
                task.confidence(),
                task.outOfScope(),
                result.asked() ? voices(task, result, intent) : List.of(),
                result.status(),
                result.score(),
                result.action(),
                result.agentId() < 0
                        ? ""
                        : core.parts()
                                .cells()
                                .get(result.agentId())
                                .descriptor()
                                .name(),
                result.priceMicros(),
                deal(task, result, intent),
                List.of(),
                log.of(participants(task, result)));
    }

    private static Set<Integer> participants(final Task task, final Deliberation result) {
        final Set<Integer> agents = new TreeSet<>();
        if (result.asked()) {
            for (final AgentCell cell : result.candidates(task.intent())) {
                agents.add(cell.agentId());
            }
        }
        return agents;
    }

    @Override
    public void delivered(final long sequence, final int toAgent, final AgentMessage message) {
        if (seen == null) {
            log.delivered(sequence, toAgent, message);
        }
    }

    @Override
    public void learnt(final long sequence) {
        log.learnt(sequence);
    }

    private DecisionTrace.@Nullable Deal deal(final Task task, final Deliberation result, final IntentSpec intent) {
        final MarketStation market = result.market();
        if (market == null || intent.terms() == null || !result.asked()) {
            return null;
        }
        final Clearing clearing = market.clearing();
        return new DecisionTrace.Deal(
                market.contract(),
                market.book().stateOf(market.contract()),
                clearing.admitted(),
                clearing.refused(),
                clearing.priceMicros(),
                market.ledger().balanceMicros(CreditLedger.ESCROW),
                result.agentId() < 0 ? 0 : market.ledger().balanceMicros(CreditLedger.accountOf(result.agentId())),
                awards(result, intent, market),
                asked(task, result));
    }

    private DecisionTrace.@Nullable Asked asked(final Task task, final Deliberation result) {
        final AskedAuctions auctions = core.parts().asked();
        final BidWindow window = result.bids();
        if (auctions == null
                || window == null
                || auctions.bids() != window
                || auctions.event() == 0
                || auctions.event() == task.sequence()) {
            return null;
        }
        final AgentCell[] candidates = result.candidates(task.intent());
        final long[] lateAt = new long[candidates.length];
        final long[] lateNs = new long[candidates.length];
        InputSearch.lateBids(journal, task.sequence(), auctions.auction(), (bidder, sequence, answeredNs) -> {
            if (bidder < lateAt.length && lateAt[bidder] == 0) {
                lateAt[bidder] = sequence;
                lateNs[bidder] = answeredNs;
            }
        });
        final List<DecisionTrace.AskedBid> bids = new ArrayList<>();
        for (int i = 0; i < candidates.length; i++) {
            if (window.wasAsked(i)) {
                final boolean silent = window.isAwaited(i);
                final long at = silent ? lateAt[i] : window.answeredAt(i);
                final long ns = silent ? lateNs[i] : window.answeredNs(i);
                bids.add(new DecisionTrace.AskedBid(
                        candidates[i].descriptor().name(),
                        auctions.service(i),
                        window.bidMicros(i) < 0 ? DecisionTrace.NO_BID : window.bidMicros(i),
                        at,
                        at == 0 ? 0 : ns - task.ingestNs(),
                        silent && at != 0));
            }
        }
        return new DecisionTrace.Asked(
                auctions.auction(),
                auctions.event(),
                auctions.windowNs(),
                WindowFrames.describe(auctions.reason()),
                List.copyOf(bids));
    }

    private List<DecisionTrace.Award> awards(
            final Deliberation result, final IntentSpec intent, final MarketStation market) {
        final SlotSale sale = market.sale();
        final AuctionTerms terms = intent.terms();
        final List<DecisionTrace.Award> awards = new ArrayList<>();
        for (int s = 0; s < result.awards() && terms != null; s++) {
            final AgentCell winner = result.candidates(context.intents().indexOf(intent))[sale.winner(s)];
            awards.add(new DecisionTrace.Award(
                    terms.slots().ppm(s),
                    winner.descriptor().name(),
                    sale.bidMicros(s),
                    sale.priceMicros(s),
                    sale.contract(s),
                    market.book().stateOf(sale.contract(s)),
                    market.ledger().balanceMicros(CreditLedger.accountOf(winner.agentId()))));
        }
        return List.copyOf(awards);
    }

    private static List<Float> values(final Task task) {
        final List<Float> values = new ArrayList<>();
        for (int i = 0; i < task.valueCount(); i++) {
            values.add(task.value(i));
        }
        return List.copyOf(values);
    }

    private static List<Float> features(final Task task) {
        final List<Float> features = new ArrayList<>();
        for (int i = 0; i < task.featureCount(); i++) {
            features.add(task.features()[i]);
        }
        return List.copyOf(features);
    }

    private static String text(final Task task) {
        return task.buffer().getStringWithoutLengthUtf8(task.textOffset(), task.textLength());
    }

    private List<DecisionTrace.Voice> voices(final Task task, final Deliberation result, final IntentSpec intent) {
        final List<DecisionTrace.Voice> voices = new ArrayList<>();
        final boolean vote = intent.protocol() == IntentSpec.Protocol.VOTE;
        final AgentCell[] candidates = result.candidates(task.intent());
        for (int i = 0; i < candidates.length; i++) {
            final float standing = vote
                    ? result.rule(task.intent()).standing(result.voteState(task.intent()), i)
                    : result.standing(
                            task.intent(), candidates[i].agentId(), core.parts().reputation(), task.timeNs());
            final long bid = vote ? DecisionTrace.NO_BID : bid(task, result, i);
            voices.add(voice(task, candidates[i], vote ? result.ballots()[i] : Float.NaN, bid, standing));
        }
        final AgentCell[] shadows = result.shadows(task.intent());
        final int firstShadow = result.ballotCount() - shadows.length;
        for (int i = 0; i < shadows.length; i++) {
            voices.add(voice(task, shadows[i], result.ballots()[firstShadow + i], DecisionTrace.NO_BID, Float.NaN));
        }
        return List.copyOf(voices);
    }

    private static long bid(final Task task, final Deliberation result, final int i) {
        final long bid = result.bidMicros(task.intent(), i);
        return bid < 0 ? DecisionTrace.NO_BID : bid;
    }

    private static DecisionTrace.Voice voice(
            final Task task, final AgentCell cell, final float logOdds, final long bid, final float standing) {
        final Explanation explanation = new Explanation();
        cell.explain(task, explanation);
        return new DecisionTrace.Voice(
                cell.descriptor().name(), cell.descriptor().shadow(), logOdds, bid, standing, explanation);
    }

    /** Notes the rows as they are behind the input; from then on it looks for a decision on the same event that waits for bids. */
    void after(final long sequence) {
        final InputSearch.Found input = found;
        if (input == null || input.subject() == 0) {
            return; // what ended the waiting for bids: the event's rows changed when it came
        }
        final List<DecisionTrace.RowChange> changes = new ArrayList<>();
        final boolean here = input.subjectHere();
        changes.add(new DecisionTrace.RowChange(
                input.subject(), here, subjectBefore, here ? floats(input.subject()) : List.of()));
        if (input.peer() != 0) {
            changes.add(new DecisionTrace.RowChange(input.peer(), true, peerBefore, floats(input.peer())));
        }
        rows = changes;
        followed = sequence;
    }

    boolean isDone() {
        return seen != null;
    }

    /** What was seen, with the rows behind the event. */
    DecisionTrace trace() {
        final DecisionTrace trace = seen;
        if (trace == null) {
            throw InputSearch.notDecided(
                    core.parts().shard(),
                    core.sequence(),
                    "an event that another shard decided, or none could or has yet, or a bid that ended no auction");
        }
        return trace.withRows(rows);
    }
}
