package io.tagma.perf.council;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AskedCounts;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.ContractTerms;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * One auction at a time whose bids come from agents on threads of their own: from the event's submission, over its journal, the agents' rings and
 * threads and the journal of their bids, to the decision. Used by one thread.
 */
final class AskedRun {
    private static final double US = 1e3;
    private static final double PERCENT = 100;
    private static final double GOAL_US = 50;
    private static final int WARM = 2_000;
    private static final int HANG_NS = 1_000_000_000;
    private static final long SECOND_NS = 1_000_000_000;
    // No outcome comes, so contracts end late, a minute of the stream after their event: without a penalty.
    private static final MarketTerms MARKET = new MarketTerms(
            new ContractTerms(SECOND_NS, 60 * SECOND_NS, 0, 0, MicroCredits.MAX, 1), 1024, 0, 1_000_000, 1L << 60);

    private final int bidders;
    private final long windowNs;
    private final boolean silent;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private boolean decided;
    private long unsold;
    private double cutOff;

    /**
     * An auction.
     *
     * @param bidders who are asked
     * @param silent whether the last of them never answers, so that the window ends it
     */
    AskedRun(final int bidders, final long windowNs, final boolean silent) {
        this.bidders = bidders;
        this.windowNs = windowNs;
        this.silent = silent;
    }

    /**
     * Runs; of an auction that its window ends the times are what goes beyond the window. The last figure is the share of auctions whose window was
     * over before all had answered.
     */
    List<Figure> figures(final String name, final Path directory, final int rounds) {
        final double[] took = new double[rounds];
        final Event event = new Event();
        final int warm = silent ? rounds / 10 : WARM;
        try (Engine engine = Engine.launch(context(directory))) {
            for (int i = -warm; i < rounds; i++) {
                decided = false;
                final long began = clock.nanoTime();
                engine.submit(event.reset()
                        .correlationId(warm + i + 1L)
                        .subject(Subjects.of(1, 1))
                        .timeNs((warm + i + 1L) * SECOND_NS)
                        .intent(0)
                        .value(i));
                while (!decided) {
                    engine.step();
                }
                if (i >= 0) {
                    took[i] = (clock.nanoTime() - began - (silent ? windowNs : 0)) / US;
                }
            }
            final AskedCounts counts = engine.shard(0).market().asked();
            cutOff = PERCENT * counts.ended.get() / counts.opened.get();
            if (unsold > counts.ended.get()) {
                throw new IllegalStateException(unsold + " auctions of " + name + " found no winner, and only "
                        + counts.ended.get() + " were cut off");
            }
        }
        Arrays.sort(took);
        return List.of(
                new Figure(name + ".p50", took[rounds / 2], "us", GOAL_US),
                new Figure(name + ".p99", took[(int) (rounds * 0.99)], "us", Double.NaN),
                new Figure(name + ".cut-off", cutOff, "%", Double.NaN));
    }

    private EngineContext context(final Path directory) {
        final Isolated[] isolated = new Isolated[bidders];
        Arrays.setAll(
                isolated,
                i -> new Isolated("bidder-" + i, () -> (request, reply) -> reply.bidMicros(1_000L * (i + 1))));
        final Outside.Factory agents =
                IsolatedAgents.of(new IsolationTerms(64, 64, HANG_NS, IdleStrategies.YIELDING, 1_000), isolated);
        final EngineContext context = new EngineContext()
                .directory(directory)
                .threading(Threading.CALLER)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .intent(IntentSpec.asked(
                        "deal",
                        "deal",
                        AuctionTerms.of(AuctionRule.FIRST_PRICE, AuctionDirection.PROCUREMENT),
                        windowNs))
                .market(MARKET)
                .listener(decision -> {
                    decided = true;
                    unsold += decision.status() == Decision.DECIDED ? 0 : 1;
                })
                .outside(OutsideTerms.of((answers, threads, nanos) ->
                        new Deaf(agents.open(answers, threads, nanos), silent ? bidders - 1 : bidders)));
        for (int i = 0; i < bidders; i++) {
            final int service = i;
            context.agent(AgentFactory.of(AgentDescriptor.of("agent-" + i, "deal"), ignored -> new Asking(service)));
        }
        return context;
    }

    /** Takes every request and passes on all but those of one service. */
    private record Deaf(Outside outside, int to) implements Outside {
        @Override
        public boolean ask(final Request request) {
            return request.service() == to || outside.ask(request);
        }

        @Override
        public void close() {
            try {
                outside.close();
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Asking(int service) implements Agent {
        @Override
        public void requestBid(final Task task, final BidRequest request) {
            request.ask(service, task);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.action(1);
        }
    }
}
