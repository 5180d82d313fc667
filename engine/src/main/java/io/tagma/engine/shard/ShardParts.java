package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.market.CandidateIndex;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.Reputation;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.profile.RowStation;
import io.tagma.engine.training.PendingDecisions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one shard is made of, as the topology wires it. Immutable; the parts belong to the shard's thread. */
record ShardParts(
        int shard,
        int shards,
        int learnInterval,
        int hashInterval,
        int maxFeatures,
        List<IntentSpec> intents,
        List<AgentCell> cells,
        List<CellContext> contexts,
        CandidateIndex index,
        Reputation reputation,
        VoteRule voteRule,
        @Nullable MarketStation market,
        RowStation subjects,
        RowStation peers,
        @Nullable TextModel textModel,
        PendingDecisions pending,
        DueOutcomes due,
        Post post,
        TimerHeap timers,
        OpenAsks asks,
        @Nullable AskedAuctions asked,
        @Nullable ShardVariables variables,
        ShardCounters counters,
        Probations probations,
        HookTypes hookTypes,
        Path published,
        SwitchOffs switchOffs) {}
