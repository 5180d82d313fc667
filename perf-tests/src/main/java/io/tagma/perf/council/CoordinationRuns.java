package io.tagma.perf.council;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.CountingRule;
import io.tagma.engine.council.Negotiation;
import io.tagma.engine.council.NoisyOrVote;
import io.tagma.engine.council.Positions;
import io.tagma.engine.council.VoteTerms;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableDefinition;
import io.tagma.engine.council.variable.VariablePolicy;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.council.variable.Variables;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.BidWindow;
import io.tagma.engine.market.Clearing;
import io.tagma.engine.market.CombinatorialAuction;
import io.tagma.engine.market.CreditLedger;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Measures what coordination costs, one thing after the other. Used by one thread. */
final class CoordinationRuns {
    private static final int BIDDERS = 8;
    private static final int ITEMS = 3;
    private static final int VOTERS = 7;
    private static final int ASKED = 4;
    private static final int MARKETS = 1024;
    private static final long MOST_MICROS = 1_000_000;
    private static final double US = 1e3;
    private static final double MS = 1e6;
    private static final float[] OPTIONS = {0.9f, 0.9f, 0.1f, 0.5f, 0.5f, 0.1f};
    private static final float[][] IDEALS = {
        {0.8f, 0.8f}, {0.9f, 0.7f}, {1f, 1f}, {0.1f, 0.5f}, {0.2f, 0.6f}, {0.5f, 0.2f}, {0.6f, 0.1f}
    };

    private final CallTimer timer;
    private final int samples;
    private long turn;
    private double sink;

    CoordinationRuns(final int samples) {
        this.samples = samples;
        this.timer = new CallTimer(samples);
    }

    /** What the last calls came to, so that the compiler cannot leave them out. */
    double sink() {
        return sink;
    }

    /** Posted bids of eight cleared by each rule for one item. */
    List<Figure> auctions() {
        final SplittableRandom random = new SplittableRandom(1);
        final long[][] bids = new long[MARKETS][BIDDERS];
        for (final long[] market : bids) {
            Arrays.setAll(market, i -> random.nextLong(MOST_MICROS));
        }
        final Clearing clearing = new Clearing();
        final List<Figure> figures = new ArrayList<>();
        for (final AuctionRule rule : AuctionRule.values()) {
            final AuctionTerms terms = new AuctionTerms(rule, AuctionDirection.FORWARD, 1_000, 500);
            final CallTimer.Times times =
                    timer.time(8, () -> sink += terms.clear(bids[(int) (turn++ % MARKETS)], BIDDERS, clearing));
            figures.addAll(times.figures("auction." + rule.name().toLowerCase(Locale.ROOT), "ns", 1, 300, 2_000));
        }
        return figures;
    }

    /** Eight bidders, three items, each bidder a bid for every item and one for all. */
    List<Figure> vcg() {
        final CombinatorialAuction auction = new CombinatorialAuction();
        final SplittableRandom random = new SplittableRandom(2);
        final long[] values = new long[MARKETS];
        Arrays.setAll(values, i -> random.nextLong(MOST_MICROS));
        final CallTimer.Times times = timer.time(1, () -> {
            auction.begin(ITEMS, AuctionDirection.FORWARD, 0);
            for (int bidder = 0; bidder < BIDDERS; bidder++) {
                for (int item = 0; item < ITEMS; item++) {
                    auction.bid(bidder, 1 << item, values[(int) (turn++ % MARKETS)]);
                }
                auction.bid(bidder, (1 << ITEMS) - 1, 2 * values[(int) (turn++ % MARKETS)]);
            }
            auction.clear();
            sink += auction.winningValueMicros();
        });
        return times.figures("vcg.8x3", "us", US, 20, Double.NaN);
    }

    /** Seven voters: no option carries, a compromise does. */
    List<Figure> vote() {
        final Positions positions = new Positions(VOTERS, false, false);
        for (final float[] ideal : IDEALS) {
            positions.add(ideal, new float[] {1f, 1f}, 0.26f);
        }
        final Negotiation table = new Negotiation(positions, 3, 2, 0f);
        final VoteTerms sixty = VoteTerms.of(CountingRule.SUPERMAJORITY).withThreshold(0.6);
        final CallTimer.Times times = timer.time(4, () -> sink += table.run(OPTIONS, 3, sixty) ? 1 : 0);
        return times.figures("vote.7x2", "us", US, 5, Double.NaN);
    }

    /** Credits from one account to another and back. */
    List<Figure> ledger() {
        final CreditLedger ledger = new CreditLedger(BIDDERS);
        ledger.transfer(CreditLedger.ISSUE, CreditLedger.HOUSE, MOST_MICROS);
        final int agent = CreditLedger.accountOf(0);
        final CallTimer.Times times = timer.time(8, () -> {
            sink += ledger.transfer(CreditLedger.HOUSE, agent, 1_000);
            sink += ledger.transfer(agent, CreditLedger.HOUSE, 1_000);
        });
        return new CallTimer.Times(times.p50() / 2, times.p99() / 2, times.bytes())
                .figures("ledger.transfer", "ns", 1, Double.NaN, Double.NaN);
    }

    /** One variable, read through the handle that an agent holds. */
    List<Figure> read() {
        final VariableSpec spec = new VariableSpec.Real("limit", "x", 0, 4, 1);
        final Variable limit = new Variables(
                        List.of(new VariableDefinition(spec, Set.of(1), VariablePolicy.lastWriteWins(), 4)),
                        1,
                        (proposal, fate) -> {})
                .variable("limit");
        final CallTimer.Times times = timer.time(1, () -> {
            double sum = 0;
            for (int i = 0; i < MARKETS; i++) {
                sum += limit.real();
            }
            sink += sum;
        });
        return new CallTimer.Times(times.p50() / MARKETS, times.p99() / MARKETS, times.bytes())
                .figures("variable.read", "ns", 1, 2, Double.NaN);
    }

    /** From a proposal until every shard has made the change, shards on threads of their own. */
    List<Figure> proposal(final Path directory, final int shards) {
        final EngineContext context = new EngineContext()
                .name("coordination-" + shards)
                .directory(directory)
                .shards(shards)
                .threading(Threading.DEDICATED)
                .idleStrategy(IdleStrategies.BACKOFF)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .intent(IntentSpec.voted("any", "any", 0.2f, 0.5f))
                .variable(
                        VariableTerms.of(new VariableSpec.Real("limit", "x", 0, 4, 1), VariablePolicy.consensus(0.6)));
        for (int i = 0; i < VOTERS; i++) {
            context.agent(AgentFactory.of(AgentDescriptor.of("voter-" + i, "any"), ignored -> new Quiet()));
        }
        final int proposals = Math.max(50, samples / 100);
        final NanoClock clock = SystemNanoClock.INSTANCE;
        final double[] took = new double[proposals];
        try (Engine engine = Engine.launch(context)) {
            for (int i = -proposals; i < proposals; i++) {
                final long begun = clock.nanoTime();
                engine.variables().propose("bench", "to measure", "limit", VariableValue.of((i & 3) * 1.0));
                if (i >= 0) {
                    took[i] = (clock.nanoTime() - begun) / MS;
                }
            }
        }
        Arrays.sort(took);
        final String name = "variable.applied." + shards + "-shards";
        return List.of(
                new Figure(name + ".p50", took[proposals / 2], "ms", 1),
                new Figure(name + ".p99", took[(int) (proposals * 0.99)], "ms", Double.NaN));
    }

    /** Bids asked from agents on threads of their own: until all have answered, and beyond a window in which one never does. */
    List<Figure> asked(final Path directory) {
        final List<Figure> figures = new ArrayList<>();
        for (final int bidders : new int[] {1, ASKED}) {
            figures.addAll(new AskedRun(bidders, BidWindow.DEFAULT_WINDOW_NS, false)
                    .figures("asked." + bidders, directory.resolve("asked-" + bidders), samples));
        }
        figures.addAll(new AskedRun(2, BidWindow.DEFAULT_WINDOW_NS, true)
                .figures("asked.beyond-window", directory.resolve("asked-window"), Math.max(100, samples / 100)));
        return figures;
    }

    /** Pooling of so many ballots by the engine's own rule, ns. */
    double poolNs(final int voters) {
        final NoisyOrVote rule = new NoisyOrVote();
        final float[] standings = new float[rule.stateFloats(voters)];
        rule.init(standings, voters);
        final float[] ballots = new float[voters];
        return timer.time(8, () -> {
                    ballots[0] = -(turn++ & 3);
                    sink += rule.pool(ballots, 0, voters, standings);
                })
                .p50();
    }

    /** Clearing of so many posted bids, ns. */
    double clearNs(final int bidders) {
        final long[] bids = new long[bidders];
        final AuctionTerms terms = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);
        final Clearing clearing = new Clearing();
        return timer.time(8, () -> {
                    bids[(int) (turn % bidders)] = turn++ % MOST_MICROS;
                    sink += terms.clear(bids, bidders, clearing);
                })
                .p50();
    }

    /** Votes for everything. */
    private static final class Quiet implements Agent {
        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
        }
    }
}
