package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMeter;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.CandidateIndex;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.Reputation;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.profile.RowStation;
import io.tagma.engine.training.PendingDecisions;
import io.tagma.store.HotConfig;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import io.tagma.store.StoreDirectory;
import io.tagma.store.TierConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes one shard's core from a concluded context: the same for a live engine and for a replay. Stateless. */
final class ShardBuilder {
    private ShardBuilder() {}

    /** An empty store for the shard's rows; those that do not stay in the map's file go to {@code archive}. */
    static ProfileStore store(
            final EngineContext context, final int shard, final Path file, final Supplier<Path> archive) {
        final ShardLimits limits = context.limits();
        final ProfileStoreConfig rows = new ProfileStoreConfig(
                file, limits.maxRows(), limits.profileDimension(), 1, shard, ProfileStoreConfig.Mode.CREATE);
        final ProfileStoreConfig config =
                limits.hotRows() == 0 ? rows : rows.withHot(HotConfig.of(Math.min(limits.hotRows(), limits.maxRows())));
        return ProfileStore.open(
                limits.warmRows() == 0 ? config : config.withTiers(TierConfig.of(archive.get(), limits.warmRows())));
    }

    /** The shard's function over its store; its outputs go nowhere until redirected. */
    static ShardCore core(
            final EngineContext context,
            final AgentRegistry registry,
            final Kernels kernels,
            final int shard,
            final ProfileStore store,
            final StationTimer timer) {
        final ShardLimits limits = context.limits();
        final List<AgentFactory> factories = context.agents();
        final TimerHeap timers = new TimerHeap(limits.timerCapacity());
        final ShardCounters counters = new ShardCounters();
        final Post post = new Post(context, shard, factories.size(), counters);
        final OutputWriter output = new OutputWriter(new ReplayOutput(), limits.maxBatch());
        final ShardVariables variables =
                context.variables().isEmpty() ? null : new ShardVariables(context, shard, post, output);
        final OpenAsks asks = new OpenAsks(context.outside(), shard, counters);
        final CellContext[] contexts = new CellContext[factories.size()];
        final AgentCell[] cells = new AgentCell[factories.size()];
        final @Nullable AgentMeter[] meters = new AgentMeter[factories.size()];
        for (int i = 0; i < cells.length; i++) {
            final int agentId = registry.register(factories.get(i).describe());
            contexts[i] = new CellContext(shard, agentId, kernels, timers, post, variables, asks);
            meters[i] = limits.agentQuota().isSet()
                    ? new AgentMeter(context.nanoClock(), limits.agentQuota().sampleEvery())
                    : null;
            cells[i] = cell(factories.get(i), contexts[i], meters[i]);
        }
        final SwitchOffs switchOffs = new SwitchOffs(List.of(cells), counters);
        if (variables != null) {
            variables.agents(switchOffs);
        }
        final List<IntentSpec> intents = context.intents();
        final CandidateIndex index =
                new CandidateIndex(intents.stream().map(IntentSpec::capability).toList(), Arrays.asList(cells));
        final PendingDecisions pending = new PendingDecisions(
                limits.pendingCapacity(),
                limits.maxFeatures(),
                index.widest(),
                context.textModel() == null ? 0 : limits.maxTextBytes());
        final MarketStation market = market(context, index, pending, shard);
        for (final CellContext cell : contexts) {
            cell.market(market);
        }
        final Function<Kernels, TextModel> textModel = context.textModel();
        final ShardParts parts = new ShardParts(
                shard,
                context.shards(),
                limits.learnInterval(),
                limits.hashInterval(),
                limits.maxFeatures(),
                intents,
                List.of(cells),
                List.of(contexts),
                index,
                new Reputation(cells.length, limits.reputationRate()),
                context.voteRule(),
                market,
                new RowStation(store, context.subjectRule().get()),
                new RowStation(store, context.peerRule().get()),
                textModel == null ? null : textModel.apply(kernels),
                pending,
                new DueOutcomes(limits.learnInterval()),
                post,
                timers,
                asks,
                asked(context, index, shard),
                variables,
                counters,
                new Probations(List.of(cells), meters),
                context.hooks(),
                context.directory().resolve(StoreDirectory.PUBLISHED),
                switchOffs);
        return new ShardCore(parts, output, timer);
    }

    /** An agent in its place; one that has a quota is reached through its meter. */
    private static AgentCell cell(
            final AgentFactory factory, final CellContext context, final @Nullable AgentMeter meter) {
        return new AgentCell(
                context.agentId(), factory.describe(), meter == null ? factory : meter.over(factory), context);
    }

    /** The market, where any intent is traded. */
    private static @Nullable MarketStation market(
            final EngineContext context, final CandidateIndex index, final PendingDecisions pending, final int shard) {
        if (context.intents().stream().allMatch(intent -> intent.terms() == null)) {
            return null;
        }
        return new MarketStation(
                context.market(),
                context.agents().stream().map(AgentFactory::describe).toList(),
                index.widest(),
                pending.slots(),
                mostSlots(context.intents()),
                shard,
                context.shards());
    }

    /** The auctions that wait for bids, where any intent asks for them. */
    private static @Nullable AskedAuctions asked(
            final EngineContext context, final CandidateIndex index, final int shard) {
        if (context.intents().stream().noneMatch(IntentSpec::isAsked)) {
            return null;
        }
        return new AskedAuctions(
                shard,
                context.limits().openAuctions(),
                index.widest(),
                context.limits().maxFeatures(),
                context.slotLength(),
                context.outside().maxPayload());
    }

    /** Most slots that any intent sells at a time, at least 1. */
    static int mostSlots(final List<IntentSpec> intents) {
        int most = 1;
        for (final IntentSpec intent : intents) {
            final AuctionTerms terms = intent.terms();
            most = Math.max(most, terms == null ? 1 : terms.slots().count());
        }
        return most;
    }

    /** Bytes of a decision but for its ballots, at most. */
    static int decisionBytes(final EngineContext context) {
        return ShardRecovery.DECISION_BYTES + (mostSlots(context.intents()) - 1) * Decision.AWARD_LENGTH;
    }
}
