package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Bidding;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.training.TrainingOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agents in auctions whose bids come from outside: who may win is called when it is decided, and hooks change what is asked. */
class AskedAgentsTest {
    private static final long CREDIT = MicroCredits.PER_CREDIT;
    private static final AuctionTerms VICKREY = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);
    private static final int CAREFUL = 0;
    private static final int HASTY = 1;
    private static final int CANDIDATES = 2;

    @TempDir
    Path directory;

    private final Bidding bidding = new Bidding();
    private final List<String> decided = new ArrayList<>();

    /** Has a service bid, and breaks at the first tasks that it gets. */
    private record Hasty(int failures) implements Agent {
        @Override
        public void requestBid(final Task task, final BidRequest request) {
            request.ask(HASTY, task);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            if (task.correlationId() <= failures) {
                throw new IllegalStateException("broken at " + task.correlationId());
            }
            ballot.action(1);
        }
    }

    @Test
    void whoIsSwitchedOffMeanwhileDoesNotWinWithTheBidItHasMade() {
        final Engine engine = Engine.launch(context(2));
        final AgentCell hasty = engine.shard(0).agents().get(HASTY);
        bidInThree(engine);
        decide(engine, 1);
        decide(engine, 2);
        assertThat(hasty.isOff()).isTrue();
        decide(engine, 3);
        engine.close();

        assertThat(decided)
                .containsExactly("1 decided agent 0 for 0", "2 decided agent 0 for 0", "3 decided agent 0 for 0");
        assertThat(hasty.handled()).isZero();
        assertThat(Engines.replay(context(2))).isEqualTo(engine.stateHash());
    }

    @Test
    void whoIsOnProbationMeanwhileDoesNotWinUntilThatEnds() {
        final Engine engine = Engine.launch(context(0));
        final AgentCell hasty = engine.shard(0).agents().get(HASTY);
        bidInThree(engine);
        decide(engine, 1);
        hasty.suspend();
        decide(engine, 2);
        hasty.readmit();
        decide(engine, 3);
        engine.close();

        assertThat(decided)
                .containsExactly(
                        "1 decided agent 1 for 5000000", "2 decided agent 0 for 0", "3 decided agent 1 for 5000000");
        assertThat(hasty.handled()).isEqualTo(2);
    }

    @Test
    void aHookChangesWhatIsAskedAndWhatIsPosted() {
        final Engine engine = Engine.launch(hooked());
        bidding.submit(engine, 3);
        bidding.bid(0, 10 * CREDIT);
        bidding.bid(1, 1 * CREDIT);
        Engines.stepUntilIdle(engine);
        for (final String order : new String[] {"hook hasty more scale:0:7", "hook posts more scale:1:9"}) {
            engine.training()
                    .give(TrainingOrder.of("ada", "a test", List.of(order)), () -> Engines.stepUntilIdle(engine));
        }
        bidding.submit(engine, 4);
        bidding.bid(2, 10 * CREDIT);
        bidding.bid(3, 1 * CREDIT);
        Engines.stepUntilIdle(engine);
        engine.close();

        assertThat(bidding.asked())
                .extracting(Bidding.Asked::service, Bidding.Asked::feature)
                .containsExactly(tuple(0, 3f), tuple(HASTY, 1f), tuple(0, 4f), tuple(HASTY, 7f));
        assertThat(decided).containsExactly("3 decided agent 0 for 3000000", "4 decided agent 2 for 10000000");
        assertThat(Engines.replay(hooked())).isEqualTo(engine.stateHash());
    }

    /** With an agent that posts as many credits as its second feature says. */
    private EngineContext hooked() {
        return context(0)
                .agent(AgentFactory.of(new AgentDescriptor("posts", Set.of("deal"), Map.of(), false), c -> new Agent() {
                    @Override
                    public long bid(final Task task) {
                        return (long) (task.features()[1] * CREDIT);
                    }

                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        ballot.action(1);
                    }
                }));
    }

    /** Three auctions wait for the careful agent's bid alone; the hasty one has bid more than that will be. */
    private void bidInThree(final Engine engine) {
        for (int i = 1; i <= 3; i++) {
            bidding.submit(engine, i);
            bidding.bid((i - 1) * CANDIDATES + HASTY, 90 * CREDIT);
        }
        Engines.stepUntilIdle(engine);
        assertThat(decided).isEmpty();
    }

    private void decide(final Engine engine, final int auction) {
        bidding.bid((auction - 1) * CANDIDATES + CAREFUL, 5 * CREDIT);
        Engines.stepUntilIdle(engine);
        assertThat(decided).hasSize(auction);
    }

    private EngineContext context(final int failures) {
        return bidding.context(directory, VICKREY, 1)
                .agent(AgentFactory.of(
                        new AgentDescriptor("hasty", Set.of("deal"), Map.of(), false), c -> new Hasty(failures)))
                .faults(FaultLimits.DEFAULT.agentFailures(1, 100))
                .listener(one -> decided.add(one.correlationId() + " " + Decision.describe(one.status()) + " agent "
                        + one.agent() + " for " + one.priceMicros()));
    }
}
