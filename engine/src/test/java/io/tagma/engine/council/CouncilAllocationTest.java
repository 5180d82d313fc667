package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Votes, negotiations of two rounds and clocks allocate nothing. */
class CouncilAllocationTest {
    private static final int VOTES = 20_000;
    private static final int MOST_ROUNDS = 5;
    private static final float[] OPTIONS = {0.9f, 0.9f, 0.1f, 0.5f, 0.5f, 0.1f};
    private static final VoteTerms SIXTY =
            VoteTerms.of(CountingRule.SUPERMAJORITY).withThreshold(0.6);

    private final Negotiation table = new Negotiation(NegotiationTest.camps(0.26f), 3, 2, 0f);
    private final BallotBox box = new BallotBox(7, 3);
    private final VoteCount count = new VoteCount(3);
    private final VoteTerms[] terms = {
        VoteTerms.of(CountingRule.PLURALITY),
        VoteTerms.of(CountingRule.MAJORITY),
        VoteTerms.of(CountingRule.SUPERMAJORITY),
        VoteTerms.of(CountingRule.UNANIMOUS),
        VoteTerms.of(CountingRule.WEIGHTED),
        VoteTerms.of(CountingRule.BORDA),
        VoteTerms.of(CountingRule.IRV),
        VoteTerms.of(CountingRule.CONDORCET)
    };
    private final int[] ranking = {2, 0, 1};
    private final VectorClock clock = new VectorClock(7);
    private final VectorClock other = new VectorClock(7);

    @Test
    void aWarmCouncilAllocatesNothing() {
        final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = run();
        // A compilation at the wrong moment may allocate: the first round without counts.
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < MOST_ROUNDS && allocated != 0; i++) {
            final long before = thread.getCurrentThreadAllocatedBytes();
            sum += run();
            allocated = thread.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(sum).isPositive();
        assertThat(allocated).isZero();
    }

    private long run() {
        long sum = 0;
        for (int i = 0; i < VOTES; i++) {
            sum += table.run(OPTIONS, 3, SIXTY) ? table.rounds() : 0;
            box.open(7, 3);
            for (int voter = 0; voter < 7; voter++) {
                sum += box.rank(voter, ranking, 0, 1 + (voter + i) % 3, false);
            }
            sum += count.run(box, terms[i & 7]).carried() ? count.winner() : 0;
            clock.tick(i % 6);
            other.tick(6);
            clock.merge(other);
            sum += clock.compare(other) == VectorClock.Order.AFTER ? 1 : 0;
        }
        return sum;
    }
}
