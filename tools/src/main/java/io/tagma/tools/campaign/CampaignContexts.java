package io.tagma.tools.campaign;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.ContractTerms;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.market.SlotWeights;
import java.util.concurrent.TimeUnit;

/** How an engine is set up for campaigns: the same for a run and for the replay of its journal. Stateless. */
final class CampaignContexts {
    /** Number of the intent that sells an impression's slots. */
    static final int IMPRESSION = 0;

    /** Kind of subjects that are users. */
    static final int USER = 1;

    static final String ADVERTISE = "advertise";

    /** How often each slot of a page is seen. */
    static final SlotWeights SLOTS = SlotWeights.of(1_000_000, 650_000, 400_000, 250_000);

    /** Least price of a view: 0.05 credits. */
    static final long RESERVE_MICROS = MicroCredits.PER_CREDIT / 20;

    /** How slots are sold. */
    static final AuctionTerms TERMS = AuctionTerms.vcg(AuctionDirection.FORWARD, RESERVE_MICROS, SLOTS);

    private static final int SLOT_LENGTH = 128;
    // A shard's ballot on the pacing has a byte for each campaign.
    private static final int SLOT_LENGTH_OF_SHARDS = 320;
    private static final int PENDING = 1 << 15;
    private static final int CONTRACTS = 1 << 16;
    private static final int HASH_INTERVAL = 16_384;

    private CampaignContexts() {}

    /** Intents, campaigns, market and rows; directory and threading are the caller's to set. */
    static EngineContext of(final long seed, final int shards) {
        final EngineContext context = new EngineContext()
                .name(CampaignScenario.NAME)
                .slotLength(shards == 1 ? SLOT_LENGTH : SLOT_LENGTH_OF_SHARDS)
                .intent(IntentSpec.traded("impression", ADVERTISE, TERMS))
                .variable(Pacing.terms())
                .market(new MarketTerms(
                        new ContractTerms(
                                TimeUnit.SECONDS.toNanos(1), TimeUnit.HOURS.toNanos(1), 0, 0, MicroCredits.MAX, 1),
                        CONTRACTS,
                        0,
                        0,
                        TimeUnit.DAYS.toNanos(30)))
                .subjectKind(USER, "user")
                .subjectRule(UserRule::new)
                .limits(new ShardLimits()
                        .profileDimension(Interests.ROW)
                        .maxFeatures(Interests.FEATURES)
                        .maxRows(2 * CampaignWorld.USERS)
                        .pendingCapacity(PENDING)
                        .hashInterval(HASH_INTERVAL));
        for (final Campaign campaign : Campaign.of(new CampaignWorld(seed))) {
            context.agent(CampaignAgent.factory(campaign, shards));
        }
        return context.agent(Pacer.factory());
    }
}
