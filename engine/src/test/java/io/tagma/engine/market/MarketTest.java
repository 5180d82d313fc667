package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.ScalarKernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Who may bid, who wins at which price, and what standing that earns. */
class MarketTest {
    private static final long FAIL = -77;
    private static final float ROUNDING = Math.ulp(1f);

    private final Task task = new Task(new UnsafeBuffer(new byte[0]), 1);

    @Property(tries = 300)
    void theHighestWeighedBidWinsAndTheNextBestFollows(
            @ForAll @Size(min = 1, max = 12) final List<@LongRange(min = -3, max = 6) Long> bids,
            @ForAll @Size(value = 12) final List<@FloatRange(min = 0f, max = 1f) Float> standings) {
        final AgentCell[] cells = cells(bids);
        final Reputation reputation = new Reputation(cells.length, 1f);
        for (int i = 0; i < cells.length; i++) {
            reputation.earn(i, standings.get(i));
        }
        final List<Integer> expected = IntStream.range(0, cells.length)
                .boxed()
                .filter(i -> bids.get(i) >= 0)
                .sorted(Comparator.comparingDouble((Integer i) -> -(double) bids.get(i) * reputation.of(i)))
                .toList();
        final SealedBidAuction auction = new SealedBidAuction(reputation, cells.length);

        final List<Integer> order = new ArrayList<>();
        for (int won = auction.run(task, cells); won >= 0; won = auction.withdraw(cells, won)) {
            assertThat(auction.priceMicros()).isEqualTo(bids.get(won));
            order.add(won);
        }

        assertThat(order).isEqualTo(expected); // sorting is stable: a tie goes to the lower number
        assertThat(auction.priceMicros()).isZero();
    }

    @Test
    void aTieGoesToTheLowerNumberAndZeroIsABid() {
        final SealedBidAuction auction = new SealedBidAuction(new Reputation(3, 0.1f), 3);

        assertThat(auction.run(task, cells(List.of(4L, 9L, 9L)))).isEqualTo(1);
        assertThat(auction.run(task, cells(List.of(Agent.DECLINE, 0L, 0L)))).isEqualTo(1);
        assertThat(auction.priceMicros()).isZero();
        assertThat(auction.run(task, cells(List.of(Agent.DECLINE, -1L, Long.MIN_VALUE))))
                .isEqualTo(SealedBidAuction.NO_WINNER);
        assertThat(auction.run(task, new AgentCell[0])).isEqualTo(SealedBidAuction.NO_WINNER);
    }

    @Test
    void standingOutweighsABidThatIsHigher() {
        final Reputation reputation = new Reputation(2, 1f);
        reputation.earn(0, 0.1f);
        reputation.earn(1, 0.9f);
        final SealedBidAuction auction = new SealedBidAuction(reputation, 2);

        assertThat(auction.run(task, cells(List.of(100L, 20L)))).isEqualTo(1);
        assertThat(auction.priceMicros()).isEqualTo(20); // first price: what was bid, not what it weighed
    }

    @Test
    void aBidderThatThrowsIsOutAndKnownAsFailed() {
        final SealedBidAuction auction = new SealedBidAuction(new Reputation(3, 0.1f), 3);

        assertThat(auction.run(task, cells(List.of(FAIL, Agent.DECLINE, 5L)))).isEqualTo(2);
        assertThat(auction.bidMicros(0)).isEqualTo(AgentCell.FAILED_BID);
        assertThat(auction.bidMicros(1)).isEqualTo(Agent.DECLINE);
        assertThat(auction.bidMicros(2)).isEqualTo(5);
    }

    @Test
    void aBidOfTheFailuresNumberIsNoFailure() {
        final SealedBidAuction auction = new SealedBidAuction(new Reputation(1, 0.1f), 1);
        auction.run(task, cells(List.of(AgentCell.FAILED_BID)));

        assertThat(auction.bidMicros(0)).isEqualTo(Agent.DECLINE);
    }

    @Property(tries = 300)
    void standingStaysBetweenZeroAndOne(
            @ForAll @FloatRange(min = 0.01f, max = 1f) final float rate,
            @ForAll @Size(max = 200) final List<@FloatRange(min = 0f, max = 1f) Float> qualities) {
        final Reputation reputation = new Reputation(1, rate);
        for (final float quality : qualities) {
            final float before = reputation.of(0);
            reputation.earn(0, quality);
            assertThat(reputation.of(0)).isBetween(0f, 1f);
            // between the two, but for a rounding
            assertThat(reputation.of(0))
                    .isBetween(Math.min(before, quality) - ROUNDING, Math.max(before, quality) + ROUNDING);
        }
    }

    @Test
    void candidatesAreFoundByCapabilityAndShadowsApart() {
        final List<AgentCell> cells = List.of(
                cell(0, AgentDescriptor.of("a", "pay", "ask")),
                cell(1, AgentDescriptor.of("b", "pay")),
                cell(2, AgentDescriptor.of("c", "pay").asShadow()),
                cell(3, AgentDescriptor.of("d")));
        final CandidateIndex index = new CandidateIndex(List.of("pay", "ask", "fly"), cells);

        assertThat(index.candidates(0)).containsExactly(cells.get(0), cells.get(1));
        assertThat(index.shadows(0)).containsExactly(cells.get(2));
        assertThat(index.candidates(1)).containsExactly(cells.get(0));
        assertThat(index.candidates(2)).isEmpty();
        assertThat(index.shadows(2)).isEmpty();
        assertThat(index.widest()).isEqualTo(3);
        assertThat(new CandidateIndex(List.of(), cells).widest()).isZero();
    }

    private static AgentCell[] cells(final List<Long> bids) {
        return IntStream.range(0, bids.size())
                .mapToObj(i ->
                        cell(i, new AgentDescriptor("agent-" + i, Set.of("x"), java.util.Map.of(), false), bids.get(i)))
                .toArray(AgentCell[]::new);
    }

    private static AgentCell cell(final int id, final AgentDescriptor descriptor) {
        return cell(id, descriptor, 0);
    }

    private static AgentCell cell(final int id, final AgentDescriptor descriptor, final long bid) {
        final AgentFactory factory = AgentFactory.of(descriptor, context -> new Agent() {
            @Override
            public long bid(final Task t) {
                if (bid == FAIL) {
                    throw new IllegalStateException("no bid");
                }
                return bid;
            }

            @Override
            public void handle(final Task t, final Ballot ballot) {
                ballot.logOdds(0f);
            }
        });
        return new AgentCell(id, descriptor, factory, new NoContext(id));
    }

    private record NoContext(int agentId) implements AgentContext {
        @Override
        public int shard() {
            return 0;
        }

        @Override
        public Kernels kernels() {
            return new ScalarKernels();
        }

        @Override
        public float[] memory(final int floats) {
            return new float[floats];
        }

        @Override
        public boolean scheduleAt(final long timeNs, final long timerId) {
            return false;
        }

        @Override
        public boolean send(
                final int toShard,
                final int toAgent,
                final int kind,
                final DirectBuffer payload,
                final int offset,
                final int length) {
            return false;
        }
    }
}
