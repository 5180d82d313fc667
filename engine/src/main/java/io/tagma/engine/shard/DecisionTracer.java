package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Task;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.Clearing;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.SlotSale;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
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
    private final ProfileRow row;
    private final CausalLog log;
    private InputSearch.@Nullable Found found;
    private List<Float> subjectBefore = List.of();
    private List<Float> peerBefore = List.of();
    private @Nullable DecisionTrace seen;

    DecisionTracer(final ShardCore core, final ProfileStore store, final EngineContext context) {
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
        if (found == null) {
            return; // on the way to the input
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
                deal(result, intent),
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

    private DecisionTrace.@Nullable Deal deal(final Deliberation result, final IntentSpec intent) {
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
                awards(result, intent, market));
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

    /** What was seen, with the rows as they are now. */
    DecisionTrace trace() {
        final InputSearch.Found input = found;
        final DecisionTrace trace = seen;
        if (input == null || trace == null) {
            throw InputSearch.notDecided(
                    core.parts().shard(), core.sequence(), "an event that another shard decided, or none could");
        }
        final List<DecisionTrace.RowChange> rows = new ArrayList<>();
        final boolean here = input.subjectHere();
        rows.add(new DecisionTrace.RowChange(
                input.subject(), here, subjectBefore, here ? floats(input.subject()) : List.of()));
        if (input.peer() != 0) {
            rows.add(new DecisionTrace.RowChange(input.peer(), true, peerBefore, floats(input.peer())));
        }
        return trace.withRows(rows);
    }
}
