package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.agent.KeptState;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.training.HookSnapshot;
import io.tagma.engine.training.TrainingSnapshot;
import io.tagma.store.ProfileStore;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a shard's future depends on, to and from a snapshot: rows, agents' memories and what they keep beside them, standings, votes, the classifier, waiting
 * decisions and outcomes, the market, timers, mail. Stateless; called by whoever owns the core, between two batches.
 */
final class ShardState {
    private static final int LIMITS = 1;
    private static final int ROWS = 2;
    private static final int AGENTS = 3;
    private static final int COUNCIL = 4;
    private static final int CLASSIFIER = 5;
    private static final int WAITING = 6;
    private static final int POST = 7;
    private static final int END = 8;
    private static final int MARKET = 9; // written before POST, where any intent is traded
    private static final int TRAINING = 10;
    private static final int PROBATIONS = 11; // where an agent is on probation
    private static final int VARIABLES = 12;
    private static final int ASKS = 50; // once anything was asked outside
    private static final int CAUSALITY = 13;
    private static final int AUCTIONS = 65; // once bids were asked for
    private static final int HOOKS = 70; // where a hook is around a model, or undo or redo would put one
    private static final int SWITCH_OFFS = 55; // where there is a limit for failures, or was
    private static final int KEPT = 60; // where an agent keeps more than its memory

    private ShardState() {}

    static void save(final ShardCore core, final ProfileStore store, final SnapshotWriter out) {
        final ShardParts parts = core.parts();
        out.mark(LIMITS);
        out.putLong(core.sequence());
        out.putLong(core.lastCorrelationId());
        out.mark(ROWS);
        store.save(out);
        out.mark(AGENTS);
        parts.contexts().forEach(context -> context.save(out));
        out.mark(COUNCIL);
        final float[] standings = parts.reputation().standings();
        out.putFloats(standings, 0, standings.length);
        for (final float[] votes : core.deliberation().voteStates()) {
            out.putFloats(votes, 0, votes.length);
        }
        out.mark(CLASSIFIER);
        final TextModel model = parts.textModel();
        if (model != null) {
            model.save(out);
        }
        out.mark(WAITING);
        parts.pending().save(out);
        parts.due().save(out);
        parts.timers().save(out);
        final MarketStation market = parts.market();
        if (market != null) {
            out.mark(MARKET);
            market.save(out);
        }
        out.mark(POST);
        parts.post().save(out);
        saveWhatOnlySomeHave(core, out);
        out.mark(END);
    }

    /** Parts that are left out where there is nothing to write, as it was before there was such a thing. */
    private static void saveWhatOnlySomeHave(final ShardCore core, final SnapshotWriter out) {
        final ShardParts parts = core.parts();
        if (!core.training().isUntouched()) {
            out.mark(TRAINING);
            TrainingSnapshot.save(core.training(), out);
        }
        if (core.training().isHooked()) {
            out.mark(HOOKS);
            HookSnapshot.save(core.training(), out);
        }
        if (!parts.probations().isEmpty()) {
            out.mark(PROBATIONS);
            parts.probations().save(out);
        }
        final ShardVariables variables = parts.variables();
        if (variables != null && !variables.isUntouched()) {
            out.mark(VARIABLES);
            variables.save(out);
        }
        if (!parts.asks().isUntouched()) {
            out.mark(ASKS);
            parts.asks().save(out);
        }
        if (parts.post().causality().digest() != 0) {
            out.mark(CAUSALITY);
            parts.post().causality().save(out, parts.post().mailbox());
        }
        final AskedAuctions asked = parts.asked();
        if (asked != null && !asked.isUntouched()) {
            out.mark(AUCTIONS);
            asked.save(out);
        }
        if (!parts.switchOffs().isUntouched()) {
            out.mark(SWITCH_OFFS);
            parts.switchOffs().save(out);
        }
        final List<KeptState> kept = kept(parts);
        if (!kept.isEmpty()) {
            out.mark(KEPT);
            kept.forEach(one -> one.write(out));
        }
    }

    /** Reads what orders to models have led to, where there were any; returns the part behind it. */
    private static int training(final ShardCore core, final SnapshotReader in, final int first) {
        int part = first;
        if (part == ~TRAINING) {
            TrainingSnapshot.load(core.training(), in);
            part = in.getInt();
        }
        if (part == ~HOOKS) {
            HookSnapshot.load(core.training(), in);
            part = in.getInt();
        }
        return part;
    }

    private static List<KeptState> kept(final ShardParts parts) {
        final List<KeptState> all = new ArrayList<>();
        for (final CellContext context : parts.contexts()) {
            final KeptState kept = context.keptOrNull();
            if (kept != null) {
                all.add(kept);
            }
        }
        return all;
    }

    /** Into a core that has applied nothing, over an empty store. */
    static void load(final ShardCore core, final ProfileStore store, final SnapshotReader in) {
        final ShardParts parts = core.parts();
        in.expect(LIMITS);
        final long sequence = in.getLong();
        final long correlationId = in.getLong();
        in.expect(ROWS);
        final long rowDigests = store.load(in);
        in.expect(AGENTS);
        parts.contexts().forEach(context -> context.load(in));
        // Before the timers and the mail are read: an agent may set and send some as it is made, which it had done
        // before.
        parts.cells().forEach(AgentCell::renew);
        in.expect(COUNCIL);
        final float[] standings = parts.reputation().standings();
        in.getFloats(standings, 0, standings.length);
        for (final float[] votes : core.deliberation().voteStates()) {
            in.getFloats(votes, 0, votes.length);
        }
        in.expect(CLASSIFIER);
        final TextModel model = parts.textModel();
        if (model != null) {
            model.load(in);
        }
        in.expect(WAITING);
        parts.pending().load(in);
        parts.due().load(in);
        parts.timers().load(in);
        final MarketStation market = parts.market();
        if (market != null) {
            in.expect(MARKET);
            market.load(in);
        }
        in.expect(POST);
        parts.post().load(in);
        final int part = loadWhatOnlySomeHave(core, in);
        if (part != ~END) {
            throw new EngineException(in.info().file() + " holds a state of another shape: part " + ~part
                    + " at its end;" + " it was written by another version");
        }
        core.resume(sequence, correlationId, rowDigests);
        if (core.stateHash() != in.info().stateHash() || sequence != in.info().sequence()) {
            throw new EngineException(in.info().file()
                    + " gives the state hash %016x where %016x was noted: agents or model"
                            .formatted(core.stateHash(), in.info().stateHash())
                    + " keep state that the engine does not know of, or are of another version; delete it, the"
                    + " journal has it all");
        }
    }

    /** Parts that are there where there was something to write; the mark behind them. */
    private static int loadWhatOnlySomeHave(final ShardCore core, final SnapshotReader in) {
        final ShardParts parts = core.parts();
        int part = training(core, in, in.getInt());
        if (part == ~PROBATIONS) {
            parts.probations().load(in);
            part = in.getInt();
        }
        final ShardVariables variables = parts.variables();
        if (part == ~VARIABLES && variables != null) {
            variables.load(in);
            part = in.getInt();
        }
        if (part == ~ASKS) {
            parts.asks().load(in);
            part = in.getInt();
        }
        if (part == ~CAUSALITY) {
            parts.post().causality().load(in, parts.post().mailbox());
            part = in.getInt();
        }
        final AskedAuctions asked = parts.asked();
        if (part == ~AUCTIONS && asked != null) {
            asked.load(in);
            part = in.getInt();
        }
        if (part == ~SWITCH_OFFS) {
            parts.switchOffs().load(in);
            part = in.getInt();
        } else {
            parts.switchOffs().begin(FailureLimit.NONE); // there was none when it was written
        }
        if (part == ~KEPT) {
            kept(parts).forEach(one -> one.read(in));
            part = in.getInt();
        }
        return part;
    }
}
