package io.tagma.perf.council;

import io.tagma.engine.council.BallotBox;
import io.tagma.engine.council.CountingRule;
import io.tagma.engine.council.Negotiation;
import io.tagma.engine.council.Positions;
import io.tagma.engine.council.Verdict;
import io.tagma.engine.council.VoteCount;
import io.tagma.engine.council.VoteTerms;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableDefinition;
import io.tagma.engine.council.variable.VariablePolicy;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.Variables;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a council of seven costs: one vote, a negotiation that carries in its second round, a variable that is read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CouncilBenchmark {
    private static final int VOTERS = 7;
    private static final float[] OPTIONS = {0.9f, 0.9f, 0.1f, 0.5f, 0.5f, 0.1f};
    private static final float[][] IDEALS = {
        {0.8f, 0.8f}, {0.9f, 0.7f}, {1f, 1f}, {0.1f, 0.5f}, {0.2f, 0.6f}, {0.5f, 0.2f}, {0.6f, 0.1f}
    };
    private static final VoteTerms SIXTY =
            VoteTerms.of(CountingRule.SUPERMAJORITY).withThreshold(0.6);
    private static final VoteTerms HEAD_TO_HEAD = VoteTerms.of(CountingRule.CONDORCET);

    private final BallotBox box = new BallotBox(VOTERS, 3);
    private final VoteCount count = new VoteCount(3);
    private final int[] ranking = {2, 0, 1};
    private final Negotiation table = new Negotiation(positions(), 3, 2, 0f);
    private final Variable limit = limit();

    private static Positions positions() {
        final Positions positions = new Positions(VOTERS, false, false);
        for (final float[] ideal : IDEALS) {
            positions.add(ideal, new float[] {1f, 1f}, 0.26f);
        }
        return positions;
    }

    private static Variable limit() {
        final VariableSpec spec = new VariableSpec.Real("limit", "EUR", 0, 1_000, 100);
        return new Variables(
                        List.of(new VariableDefinition(spec, Set.of(1), VariablePolicy.lastWriteWins(), 4)),
                        1,
                        (proposal, fate) -> {})
                .variable("limit");
    }

    /** Seven choices cast and counted. */
    @Benchmark
    public Verdict vote() {
        box.open(VOTERS, 3);
        for (int i = 0; i < VOTERS; i++) {
            box.choose(i, i % 3);
        }
        return count.run(box, SIXTY);
    }

    /** Seven rankings cast and counted head to head. */
    @Benchmark
    public Verdict condorcet() {
        box.open(VOTERS, 3);
        for (int i = 0; i < VOTERS; i++) {
            box.rank(i, ranking, 0, 3, false);
        }
        return count.run(box, HEAD_TO_HEAD);
    }

    /** Three options of which none carries, and a compromise that does. */
    @Benchmark
    public boolean twoRounds() {
        return table.run(OPTIONS, 3, SIXTY);
    }

    /** One variable. */
    @Benchmark
    public double readVariable() {
        return limit.real();
    }
}
