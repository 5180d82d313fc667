package io.tagma.tools.campaign;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A flight of campaigns: impressions in the order of their times, and what was seen of them minutes later. Owned by the submitting thread; decisions
 * come in on the shards' threads.
 */
final class CampaignWorkload implements Workload {
    private static final double DEFAULT_RATE = 20_000;
    private static final long DEFAULT_SEED = 1;

    private final long seed;
    private final int shards;
    private final CampaignWorld world;
    private final CampaignStream stream;
    private final Confirmations confirmations = new Confirmations();
    private final AtomicLong impressions = new AtomicLong();
    private final AtomicLong slotsSold = new AtomicLong();
    private long[] journaledTo;
    private boolean waiting;
    private boolean ended;
    private @Nullable CampaignResult result;

    CampaignWorkload(final RunRequest request) {
        this.seed = request.seedOr(DEFAULT_SEED);
        this.shards = request.shards();
        this.world = new CampaignWorld(seed);
        this.stream = new CampaignStream(world);
        this.journaledTo = new long[shards];
    }

    @Override
    public Map<String, String> properties() {
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put(CampaignScenario.SEED, Long.toString(seed));
        return properties;
    }

    @Override
    public String source() {
        return String.format(
                Locale.ROOT,
                "%d simulated campaigns, %,d impressions a day, seed %d",
                Campaign.COUNT,
                CampaignWorld.DAILY,
                seed);
    }

    @Override
    public double defaultRate() {
        return DEFAULT_RATE;
    }

    @Override
    public boolean isEndless() {
        return true; // a flight has 12 million impressions
    }

    /** Walks what was journaled again, so that outcomes fall due as they would have. */
    @Override
    public void resume(final long[] lastCorrelationIds) {
        journaledTo = lastCorrelationIds.clone();
        long everywhere = Long.MAX_VALUE;
        for (final long last : journaledTo) {
            everywhere = Math.min(everywhere, last);
        }
        while (stream.impression() < everywhere && stream.next()) {
            while (confirmations.isDue(stream.timeNs())) {
                confirmations.remove(); // submitted before this event
            }
            schedule();
        }
    }

    private void schedule() {
        final long n = stream.impression();
        confirmations.add(stream.timeNs() + world.delayNs(n), n, n, stream.user());
    }

    @Override
    public int next(final Event event, final Outcome outcome) {
        while (true) {
            if (!waiting && !ended) {
                waiting = stream.next();
                ended = !waiting;
            }
            if (confirmations.isDue(ended ? Long.MAX_VALUE : stream.timeNs())) {
                fill(outcome);
                return OUTCOME;
            }
            if (ended) {
                return END;
            }
            waiting = false;
            schedule();
            if (stream.impression() > journaledTo[Subjects.shardOf(stream.subject(), shards)]) {
                stream.fill(event);
                return EVENT;
            }
        }
    }

    private void fill(final Outcome outcome) {
        outcome.correlationId(confirmations.id())
                .owner(Subjects.of(CampaignContexts.USER, confirmations.user() + 1))
                .timeNs(confirmations.dueNs())
                .label(world.seen(confirmations.impression()) / (float) CampaignContexts.SLOTS.count())
                .intent(Event.UNCLASSIFIED);
        confirmations.remove();
    }

    @Override
    public void onDecision(final Decision decision) {
        impressions.lazySet(impressions.get() + 1); // a live line only: shards may lose each other's counts
        slotsSold.lazySet(slotsSold.get() + decision.awardCount());
    }

    @Override
    public void closed(final Engine engine) {
        result = CampaignResult.of(engine, seed);
    }

    @Override
    public String headline() {
        final long offered = impressions.get() * CampaignContexts.SLOTS.count();
        return String.format(
                Locale.ROOT, "%.1f %% of slots sold", offered == 0 ? 0.0 : 100.0 * slotsSold.get() / offered);
    }

    @Override
    public Map<String, Object> quality() {
        final CampaignResult own = result;
        return own == null ? Map.of() : own.figures();
    }

    @Override
    public List<Finding> findings() {
        final List<Finding> findings = new ArrayList<>();
        final CampaignResult own = result;
        if (own != null) {
            own.describe(findings);
        }
        return findings;
    }

    @Override
    public void close() {
        // nothing was opened
    }
}
