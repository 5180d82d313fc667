package io.tagma.perf.market;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.NoisyOrVote;
import io.tagma.engine.market.Reputation;
import io.tagma.engine.market.SealedBidAuction;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to pool ballots, to learn whom to trust, and to find the winner of a sealed-bid auction. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class DeliberationBenchmark {
    /** Voters or bidders. */
    @Param({"4", "16"})
    public int candidates;

    private final NoisyOrVote rule = new NoisyOrVote();
    private final Task task = new Task(new UnsafeBuffer(new byte[0]), 1);
    private float[] ballots;
    private float[] standings;
    private AgentCell[] cells;
    private SealedBidAuction auction;
    private int turn;

    /** Makes ballots between -4 and 0 and bidders of different greed. */
    @Setup
    public void prepare() {
        ballots = new float[candidates];
        standings = new float[rule.stateFloats(candidates)];
        rule.init(standings, candidates);
        cells = new AgentCell[candidates];
        for (int i = 0; i < candidates; i++) {
            ballots[i] = -4f + 4f * i / candidates;
            cells[i] = bidder(i);
        }
        auction = new SealedBidAuction(new Reputation(candidates, 0.01f), candidates);
    }

    private static AgentCell bidder(final int i) {
        final AgentDescriptor descriptor = AgentDescriptor.of("bidder-" + i, "any");
        return new AgentCell(
                i, descriptor, AgentFactory.of(descriptor, context -> new Bidder(1_000L + i)), new Alone(i));
    }

    /** One verdict out of all ballots. */
    @Benchmark
    public float vote() {
        ballots[0] = -(turn++ & 3);
        return rule.pool(ballots, 0, candidates, standings);
    }

    /** One outcome for all voters. */
    @Benchmark
    public float[] learn() {
        rule.learn(ballots, 0, candidates, standings, turn++ & 1);
        return standings;
    }

    /** One auction among all. */
    @Benchmark
    public int auction() {
        return auction.run(task, cells);
    }

    private record Bidder(long micros) implements Agent {
        @Override
        public long bid(final Task task) {
            return micros;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
        }
    }
}
