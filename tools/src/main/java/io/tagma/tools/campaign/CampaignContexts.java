package io.tagma.tools.campaign;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.council.CountedVote;
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

    /** Number of the intent on which campaigns vote: shall the pacing move a step. */
    static final int PACING = 1;

    /** Kind of subjects that are users. */
    static final int USER = 1;

    /** Kind of subjects that stand for a shard's council. */
    static final int COUNCIL_SEAT = 2;

    static final String ADVERTISE = "advertise";
    static final String COUNCIL = "pacing";

    /** How often each slot of a page is seen. */
    static final SlotWeights SLOTS = SlotWeights.of(1_000_000, 650_000, 400_000, 250_000);

    /** Least price of a view: 0.05 credits. */
    static final long RESERVE_MICROS = MicroCredits.PER_CREDIT / 20;

    /** How slots are sold. */
    static final AuctionTerms TERMS = AuctionTerms.vcg(AuctionDirection.FORWARD, RESERVE_MICROS, SLOTS);

    private static final float CARRIES_FROM = 0.5f;
    private static final int SLOT_LENGTH = 128;
    private static final int PENDING = 1 << 15;
    private static final int CONTRACTS = 1 << 16;
    private static final int HASH_INTERVAL = 16_384;

    private CampaignContexts() {}

    /** Intents, campaigns, market and rows; directory and threading are the caller's to set. */
    static EngineContext of(final long seed, final int shards) {
        final EngineContext context = new EngineContext()
                .name(CampaignScenario.NAME)
                .slotLength(SLOT_LENGTH)
                .intent(IntentSpec.traded("impression", ADVERTISE, TERMS))
                .intent(IntentSpec.voted("pacing", COUNCIL, CARRIES_FROM, CARRIES_FROM, CountedVote.PLURALITY))
                .market(new MarketTerms(
                        new ContractTerms(
                                TimeUnit.SECONDS.toNanos(1), TimeUnit.HOURS.toNanos(1), 0, 0, MicroCredits.MAX, 1),
                        CONTRACTS,
                        0,
                        0,
                        TimeUnit.DAYS.toNanos(30)))
                .subjectKind(USER, "user")
                .subjectKind(COUNCIL_SEAT, "council")
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
        return context;
    }
}
