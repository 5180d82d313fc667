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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A flight of campaigns: impressions in the order of their times, what was seen of them minutes later, and votes on the pacing. What a vote came
 * to is told to all shards before the next impression. Owned by the submitting thread; decisions come in on the shards' threads.
 */
final class CampaignWorkload implements Workload {
    private static final double DEFAULT_RATE = 20_000;
    private static final long DEFAULT_SEED = 1;

    private final long seed;
    private final int shards;
    private final CampaignWorld world;
    private final CampaignStream stream;
    private final Confirmations confirmations = new Confirmations();
    private final AtomicInteger yes = new AtomicInteger();
    private final AtomicInteger no = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicLong impressions = new AtomicLong();
    private final AtomicLong slotsSold = new AtomicLong();
    private long[] journaledTo;
    private boolean waiting;
    private boolean ended;
    private int asked;
    private int told;
    private boolean counting;
    private long voteId;
    private long voteTimeNs;
    private @Nullable CampaignResult result;

    CampaignWorkload(final RunRequest request) {
        this.seed = request.seedOr(DEFAULT_SEED);
        this.shards = request.shards();
        this.world = new CampaignWorld(seed);
        this.stream = new CampaignStream(world, shards);
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

    /**
     * Walks what was journaled again, so that outcomes fall due as they would have. A vote whose result was not journaled before the end of the earlier
     * run has not carried.
     */
    @Override
    public void resume(final long[] lastCorrelationIds) {
        journaledTo = lastCorrelationIds.clone();
        long everywhere = Long.MAX_VALUE;
        for (final long last : journaledTo) {
            everywhere = Math.min(everywhere, last);
        }
        while (stream.id() < everywhere && stream.next()) {
            while (confirmations.isDue(stream.timeNs())) {
                confirmations.remove(); // submitted before this event
            }
            if (stream.isVote()) {
                note(true);
                counting = stream.isLastOfVote();
            } else {
                counting = false;
                schedule();
            }
        }
    }

    private void note(final boolean journaled) {
        if (!counting && stream.seat(0) == stream.subject()) {
            yes.set(0);
            no.set(0);
            answers.set(0);
            asked = 0;
            told = 0;
            voteId = stream.id();
            voteTimeNs = stream.timeNs();
        }
        asked += journaled ? 0 : 1;
    }

    private void schedule() {
        final long n = stream.impression();
        confirmations.add(stream.timeNs() + world.delayNs(n), stream.id(), n, stream.user());
    }

    @Override
    public int next(final Event event, final Outcome outcome) {
        if (counting) {
            return tell(outcome);
        }
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
            final boolean fresh = stream.id() > journaledTo[Subjects.shardOf(stream.subject(), shards)];
            if (stream.isVote()) {
                note(!fresh);
                counting = stream.isLastOfVote();
            } else {
                schedule();
            }
            if (fresh) {
                stream.fill(event);
                return EVENT;
            }
            if (counting) {
                return tell(outcome);
            }
        }
    }

    /** When all shards have voted, each is told what came of it. */
    private int tell(final Outcome outcome) {
        if (answers.get() < asked) {
            return WAIT;
        }
        outcome.correlationId(voteId + told)
                .owner(stream.seat(told))
                .timeNs(voteTimeNs)
                .label(asked == shards && yes.get() > no.get() ? 1f : 0f)
                .intent(Event.UNCLASSIFIED);
        told++;
        counting = told < shards;
        return OUTCOME;
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
        if (decision.intent() != CampaignContexts.PACING) {
            impressions.lazySet(impressions.get() + 1); // a live line only: shards may lose each other's counts
            slotsSold.lazySet(slotsSold.get() + decision.awardCount());
            return;
        }
        int agreed = 0;
        int refused = 0;
        for (int i = 0; i < decision.ballotCount(); i++) {
            agreed += decision.ballot(i) > 0 ? 1 : 0;
            refused += decision.ballot(i) < 0 ? 1 : 0;
        }
        yes.addAndGet(agreed);
        no.addAndGet(refused);
        answers.incrementAndGet(); // last: publishes both
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
