package io.tagma.engine;

import static io.tagma.engine.fixture.Deals.balance;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.ContractTerms;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.market.SlotWeights;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An intent that sells several slots: each winner pays by a contract of its own, as far down as the outcome says. */
class SlotSaleTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int SALE = 2;
    private static final long CREDIT = MicroCredits.PER_CREDIT;
    private static final MarketTerms MARKET = new MarketTerms(
            new ContractTerms(SECOND_NS, 600 * SECOND_NS, 25 * CREDIT, 0, MicroCredits.MAX, 1), 512, 30, 100, 1L << 60);
    private static final AuctionTerms TWO =
            AuctionTerms.vcg(AuctionDirection.FORWARD, CREDIT, SlotWeights.of(1_000_000, 500_000));

    @TempDir
    Path directory;

    private final Deals deals = new Deals();
    private final Decision decision = deals.decision();

    @Test
    void eachSlotHasItsWinnerPriceAndContract() {
        final Engine engine = Engine.launch(team("each", 4, 10, 2));
        try (engine) {
            decide(engine, 1, 1);
            assertThat(decision.status()).isEqualTo(Decision.DECIDED);
            assertThat(decision.awardCount()).isEqualTo(2);
            assertThat(decision.awardAgent(0)).isEqualTo(1);
            assertThat(decision.awardPriceMicros(0)).isEqualTo(3 * CREDIT);
            assertThat(decision.awardAgent(1)).isZero();
            assertThat(decision.awardPriceMicros(1)).isEqualTo(2 * CREDIT);
            assertThat(decision.agent()).isEqualTo(1);
            assertThat(decision.priceMicros()).isEqualTo(3 * CREDIT);
            assertThat(new Decision().copyFrom(decision).awardPriceMicros(1)).isEqualTo(2 * CREDIT);
            assertThat(balance(engine, CreditLedger.ESCROW)).isEqualTo(5 * CREDIT);

            deals.outcome(engine, 1, 2, 0.5f);
            assertThat(balance(engine, CreditLedger.accountOf(1))).as("seen").isEqualTo(27 * CREDIT);
            assertThat(balance(engine, CreditLedger.accountOf(0)))
                    .as("not seen")
                    .isEqualTo(30 * CREDIT);
            assertThat(balance(engine, CreditLedger.HOUSE)).isEqualTo(103 * CREDIT);
            assertThat(engine.shard(0).market().sumMicros()).isZero();
            assertThat(engine.shard(0).market().statistics().fillRate()).isEqualTo(1.0);
        }
    }

    @Test
    void theMarketIsSeenOverJmx() throws JMException {
        final Engine engine =
                Engine.launch(team("seen", 4, 10, 2).name("seen-market").jmx(true));
        try (engine) {
            decide(engine, 1, 1);
            final ObjectName name = new ObjectName("io.tagma:type=Market,engine=\"seen-market\",shard=0");
            final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            assertThat(server.getAttribute(name, "Filled")).isEqualTo(2L);
            assertThat(server.getAttribute(name, "FillRate")).isEqualTo(1.0);
            assertThat(server.getAttribute(name, "Participation")).isEqualTo(1.0);
            assertThat(server.getAttribute(name, "MeanPrice")).isEqualTo(2.5);
            assertThat(server.getAttribute(name, "MeanSurplus")).isEqualTo(4.5);
            assertThat((double) server.getAttribute(name, "Concentration")).isEqualTo(10_000 * (9 + 4) / 25.0);
            assertThat(server.getAttribute(name, "LedgerSumMicros")).isEqualTo(0L);
            assertThat(server.getAttribute(name, "EscrowMicros")).isEqualTo(5 * CREDIT);
            assertThat(server.getAttribute(name, "OpenContracts")).isEqualTo(2);
        }
    }

    @Test
    void whoCannotPayItsBidDoesNotSetAPrice() {
        final Engine engine = Engine.launch(team("poor", 4, 31, 2));
        try (engine) {
            decide(engine, 1, 1);
            assertThat(decision.awardAgent(0)).isZero();
            assertThat(decision.awardAgent(1)).isEqualTo(2);
            assertThat(decision.awardPriceMicros(1)).as("the reserve").isEqualTo(CREDIT);
            assertThat(engine.shard(0).market().unaffordable()).isEqualTo(1);
        }
    }

    @Test
    void nobodySpendsMoreThanItHasHoweverLateOutcomesAre() {
        final Engine engine = Engine.launch(team("late", 10, 10, 10));
        try (engine) {
            for (int i = 1; i <= 40; i++) {
                decide(engine, i, i);
                for (int agent = 0; agent < 3; agent++) {
                    assertThat(balance(engine, CreditLedger.accountOf(agent))).isNotNegative();
                }
            }
            assertThat(decision.status()).isEqualTo(Decision.NO_CANDIDATE);
            assertThat(decision.awardCount()).isZero();
            assertThat(balance(engine, CreditLedger.ESCROW)).isBetween(60 * CREDIT, 90 * CREDIT);
        }
    }

    @Test
    void whoFailsWhileHandlingLosesItsSlotAndOthersMoveUp() {
        final EngineContext context = context("faulty");
        context.agent(AgentFactory.of(AgentDescriptor.of("good", "sale"), c -> new Buyer(c, 10, false)))
                .agent(AgentFactory.of(AgentDescriptor.of("bad", "sale"), c -> new Buyer(c, 9, true)))
                .agent(AgentFactory.of(AgentDescriptor.of("next", "sale"), c -> new Buyer(c, 8, false)));
        final Engine engine = Engine.launch(context);
        try (engine) {
            decide(engine, 1, 1);
            assertThat(decision.awardAgent(0)).isZero();
            assertThat(decision.awardAgent(1)).isEqualTo(2);
            assertThat(decision.awardPriceMicros(0)).isEqualTo(9 * CREDIT / 2);
            assertThat(engine.shard(0).agents().get(0).handled())
                    .as("asked once")
                    .isEqualTo(1);
            assertThat(balance(engine, CreditLedger.accountOf(1))).isEqualTo(30 * CREDIT);
        }
    }

    @Test
    void eachWinnerLearnsWhetherItsOwnSlotWasSeen() {
        final EngineContext context = context("learn");
        final float[] labels = {-1, -1};
        for (int i = 0; i < 2; i++) {
            final int agent = i;
            context.agent(AgentFactory.of(AgentDescriptor.of("b" + i, "sale"), c -> new Buyer(c, 5 + agent, false) {
                @Override
                public void learn(final Feedback feedback) {
                    labels[agent] = feedback.label();
                }
            }));
        }
        final Engine engine = Engine.launch(context);
        try (engine) {
            decide(engine, 1, 1);
            deals.outcome(engine, 1, 2, 0.5f);
        }
        assertThat(labels).containsExactly(0f, 1f);
    }

    @Test
    void slotsAreFilledInProcurementToo() {
        final AuctionTerms terms =
                AuctionTerms.vcg(AuctionDirection.PROCUREMENT, 20 * CREDIT, SlotWeights.of(1_000_000, 1_000_000));
        final EngineContext context =
                Team.bare(directory.resolve("buy")).market(MARKET).intent(IntentSpec.traded("sale", "sale", terms));
        for (final int ask : new int[] {9, 7, 8}) {
            context.agent(AgentFactory.of(AgentDescriptor.of("s" + ask, "sale"), c -> new Buyer(c, ask, false)));
        }
        final Engine engine = Engine.launch(context);
        try (engine) {
            decide(engine, 1, 1);
            deals.outcome(engine, 1, 2, 0.5f);
            assertThat(balance(engine, CreditLedger.accountOf(1))).isEqualTo(39 * CREDIT);
            assertThat(balance(engine, CreditLedger.accountOf(2))).as("slashed").isEqualTo(5 * CREDIT);
        }
    }

    @Test
    void replayAndSnapshotGiveTheSameAccounts() {
        long hash = 0;
        for (int part = 0; part < 3; part++) {
            final Engine engine = Engine.launch(team("engine", 4, 10, 2));
            run(engine, 500 * part, 500 * (part + 1));
            engine.close();
            hash = engine.stateHash();
        }
        assertThat(Engines.replay(team("engine", 4, 10, 2))).isEqualTo(hash);
        final Engine again = Engine.launch(team("engine", 4, 10, 2));
        assertThat(again.shard(0).market().sumMicros()).isZero();
        again.close();
        assertThat(again.stateHash()).isEqualTo(hash);
    }

    @Test
    void sellingAllocatesNothing() {
        final Engine engine = Engine.launch(team("bytes", 4, 10, 2));
        try (engine) {
            run(engine, 0, 30_000);
            final com.sun.management.ThreadMXBean thread =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            double least = Double.MAX_VALUE;
            for (int round = 0; round < 20 && least >= 1; round++) {
                final long before = thread.getCurrentThreadAllocatedBytes();
                run(engine, 30_000 + round * 5000, 35_000 + round * 5000);
                least = (thread.getCurrentThreadAllocatedBytes() - before) / 10_000.0;
            }
            assertThat(least).isLessThan(1);
        }
    }

    private void run(final Engine engine, final int from, final int to) {
        for (int i = from + 1; i <= to; i++) {
            decide(engine, i, i);
            if (i > 3 && (i - 3) % 7 != 0) {
                deals.outcome(engine, i - 3, i, i % 50 == 0 ? 0.5f : 0f);
            }
        }
    }

    private void decide(final Engine engine, final long id, final long second) {
        deals.decide(engine, id, second, SALE);
    }

    private EngineContext context(final String name) {
        return Team.bare(directory.resolve(name)).market(MARKET).intent(IntentSpec.traded("sale", "sale", TWO));
    }

    private EngineContext team(final String name, final long... credits) {
        final EngineContext context = context(name);
        for (int i = 0; i < credits.length; i++) {
            final long bid = credits[i];
            context.agent(AgentFactory.of(AgentDescriptor.of("buyer" + i, "sale"), c -> new Buyer(c, bid, false)));
        }
        return context;
    }

    private static class Buyer implements Agent {
        private final AgentContext context;
        private final long credits;
        private final boolean faulty;

        Buyer(final AgentContext context, final long credits, final boolean faulty) {
            this.context = context;
            this.credits = credits;
            this.faulty = faulty;
        }

        @Override
        public long bid(final Task task) {
            return context.balanceMicros() == 0 ? DECLINE : credits * CREDIT;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            if (faulty) {
                throw new IllegalStateException("out of order");
            }
            ballot.action(1);
        }
    }
}
