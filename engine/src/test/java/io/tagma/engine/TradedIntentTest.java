package io.tagma.engine;

import static io.tagma.engine.fixture.Deals.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.ContractTerms;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Intents whose tasks are traded: cleared by the rule they name, paid through escrow, replayed with the same accounts. */
class TradedIntentTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int DEAL = 2;
    private static final long CREDIT = MicroCredits.PER_CREDIT;
    private static final MarketTerms MARKET = new MarketTerms(
            new ContractTerms(SECOND_NS, 60 * SECOND_NS, 25 * CREDIT, 0, MicroCredits.MAX, 1),
            64,
            450,
            10_000,
            1L << 60);

    @TempDir
    Path directory;

    private final Deals deals = new Deals();
    private final Decision decision = deals.decision();

    @Test
    void theWinnerOfAProcurementIsPaidWhenItDelivers() {
        final Engine engine = launch(procurement(AuctionRule.VICKREY));
        try (engine) {
            deals.decide(engine, 1, 1, DEAL);
            assertThat(decision.agent()).as("the lowest of 85, 75, 65").isEqualTo(2);
            assertThat(decision.priceMicros()).as("the second lowest").isEqualTo(75 * CREDIT);
            assertThat(balance(engine, CreditLedger.ESCROW)).isEqualTo(75 * CREDIT);

            deals.outcome(engine, 1, 2, 1f);
            assertThat(balance(engine, CreditLedger.accountOf(2))).isEqualTo(525 * CREDIT);
            assertThat(balance(engine, CreditLedger.ESCROW)).isZero();
            assertThat(engine.shard(0).market().reputation(2, 0)).isCloseTo(0.55, within(1e-6));
            assertThat(engine.shard(0).market().sumMicros()).isZero();
        }
    }

    /** The case that the market's description gives: 450 and 85 are 535, 0.05 more standing, 25 less for a failure. */
    @Test
    void fourHundredAndFiftyAndEightyFiveAreFiveHundredAndThirtyFive() {
        final Engine engine = launch(team(context("golden"), terms(AuctionRule.FIRST_PRICE), 85, Agent.DECLINE));
        try (engine) {
            deals.decide(engine, 1, 1, DEAL);
            deals.outcome(engine, 1, 2, 1f);
            assertThat(balance(engine, CreditLedger.accountOf(0))).isEqualTo(535 * CREDIT);
            assertThat(engine.shard(0).market().reputation(0, 2)).isCloseTo(0.55, within(1e-6));

            deals.decide(engine, 2, 3, DEAL);
            deals.outcome(engine, 2, 4, 0f);
            assertThat(balance(engine, CreditLedger.accountOf(0))).isEqualTo(510 * CREDIT);
            assertThat(balance(engine, CreditLedger.HOUSE)).isEqualTo((10_000 - 85 + 25) * CREDIT);

            deals.outcome(engine, 2, 5, 1f);
            assertThat(balance(engine, CreditLedger.accountOf(0)))
                    .as("told twice")
                    .isEqualTo(510 * CREDIT);
        }
    }

    @Test
    void aContractWhoseOutcomeIsLateIsSlashedAndNotPaid() {
        final Engine engine = launch(procurement(AuctionRule.FIRST_PRICE));
        try (engine) {
            deals.decide(engine, 1, 1, DEAL);
            deals.decide(engine, 2, 100, DEAL);
            assertThat(balance(engine, CreditLedger.accountOf(2))).isEqualTo(425 * CREDIT);
            deals.outcome(engine, 1, 101, 1f);
            assertThat(balance(engine, CreditLedger.accountOf(2))).isEqualTo(425 * CREDIT);
            assertThat(balance(engine, CreditLedger.ESCROW)).as("the second's").isEqualTo(65 * CREDIT);
        }
    }

    @Test
    void aBuyerCannotSpendWhatItHasNotHoweverLateItsOutcomesAre() {
        final AuctionTerms terms = AuctionTerms.of(AuctionRule.FIRST_PRICE, AuctionDirection.FORWARD);
        final Engine engine = launch(team(context("forward"), terms, 200, 100));
        try (engine) {
            for (int i = 1; i <= 6; i++) {
                deals.decide(engine, i, i, DEAL);
                assertThat(decision.agent()).isEqualTo(i <= 2 ? 0 : 1);
            }
            deals.decide(engine, 7, 7, DEAL);
            assertThat(decision.status()).isEqualTo(Decision.NO_CANDIDATE);
            assertThat(balance(engine, CreditLedger.accountOf(0))).isEqualTo(50 * CREDIT);
            assertThat(balance(engine, CreditLedger.accountOf(1))).isEqualTo(50 * CREDIT);

            deals.outcome(engine, 1, 8, 0f);
            assertThat(balance(engine, CreditLedger.accountOf(0)))
                    .as("given back")
                    .isEqualTo(250 * CREDIT);
            deals.outcome(engine, 2, 8, 1f);
            assertThat(balance(engine, CreditLedger.HOUSE)).isEqualTo(10_200 * CREDIT);
        }
    }

    @Test
    void whoFailsWhileHandlingIsSlashedAndTheNextTakesTheTask() {
        final EngineContext context =
                context("faulty").intent(IntentSpec.traded("deal", "deal", terms(AuctionRule.VICKREY)));
        context.agent(AgentFactory.of(AgentDescriptor.of("cheap", "deal"), c -> new Trader(10 * CREDIT, true)))
                .agent(AgentFactory.of(AgentDescriptor.of("dear", "deal"), c -> new Trader(40 * CREDIT, false)));
        final Engine engine = launch(context);
        try (engine) {
            deals.decide(engine, 1, 1, DEAL);
            assertThat(decision.agent()).isEqualTo(1);
            assertThat(balance(engine, CreditLedger.accountOf(0))).isEqualTo(425 * CREDIT);
            assertThat(engine.shard(0).market().reputation(0, 1)).isCloseTo(0.4, within(1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(AuctionRule.class)
    void replayAndSnapshotGiveTheSameAccounts(final AuctionRule rule) {
        long hash = 0;
        for (int part = 0; part < 3; part++) {
            final Engine engine = launch(procurement(rule));
            run(engine, 500 * part, 500 * (part + 1));
            engine.close();
            hash = engine.stateHash();
        }
        assertThat(Engines.replay(procurement(rule))).isEqualTo(hash);
        final Engine again = launch(procurement(rule));
        again.close();
        assertThat(again.stateHash()).isEqualTo(hash);

        final Engine whole = launch(team(context("whole"), terms(rule), 85, 75, 65));
        run(whole, 0, 1500);
        whole.close();
        assertThat(whole.stateHash()).isEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shardsShareTheOpeningBalances(final int shards) {
        final Engine engine = launch(procurement(AuctionRule.VICKREY).shards(shards));
        try (engine) {
            long sum = 0;
            for (int shard = 0; shard < shards; shard++) {
                sum += engine.shard(shard).market().balanceMicros(CreditLedger.accountOf(1));
                assertThat(engine.shard(shard).market().sumMicros()).isZero();
            }
            assertThat(sum).isEqualTo(450 * CREDIT);
        }
    }

    @Test
    void anAgentsOwnOpeningBalanceCounts() {
        final EngineContext context =
                context("own").intent(IntentSpec.traded("deal", "deal", terms(AuctionRule.VICKREY)));
        context.agent(AgentFactory.of(
                new AgentDescriptor("rich", Set.of("deal"), Map.of(MarketTerms.CREDITS, "7000"), false),
                c -> new Trader(1, false)));
        final Engine engine = launch(context);
        engine.close();
        assertThat(balance(engine, CreditLedger.accountOf(0))).isEqualTo(7000 * CREDIT);
    }

    @Test
    void tradingAllocatesNothing() {
        final Engine engine = launch(procurement(AuctionRule.VICKREY));
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
            deals.decide(engine, i, i, DEAL);
            // Every seventh outcome never comes, so deadlines pass too.
            if (i > 30 && (i - 30) % 7 != 0) {
                deals.outcome(engine, i - 30, i, i % 5 == 0 ? 0f : 1f);
            }
        }
    }

    // No assertion library here: it would allocate in the test that counts bytes.
    private EngineContext procurement(final AuctionRule rule) {
        return team(context("engine"), terms(rule), 85, 75, 65);
    }

    private static AuctionTerms terms(final AuctionRule rule) {
        return new AuctionTerms(rule, AuctionDirection.PROCUREMENT, 90 * CREDIT, 5 * CREDIT);
    }

    private EngineContext context(final String name) {
        return Team.bare(directory.resolve(name)).market(MARKET);
    }

    private static EngineContext team(final EngineContext context, final AuctionTerms terms, final long... credits) {
        context.intent(IntentSpec.traded("deal", "deal", terms));
        for (int i = 0; i < credits.length; i++) {
            final long bid = credits[i] < 0 ? Agent.DECLINE : credits[i] * CREDIT;
            context.agent(AgentFactory.of(AgentDescriptor.of("trader" + i, "deal"), c -> new Trader(bid, false)));
        }
        return context;
    }

    private static Engine launch(final EngineContext context) {
        return Engine.launch(context);
    }

    private static final class Trader implements Agent {
        private final long bid;
        private final boolean faulty;

        Trader(final long bid, final boolean faulty) {
            this.bid = bid;
            this.faulty = faulty;
        }

        @Override
        public long bid(final Task task) {
            return bid;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            if (faulty) {
                throw new IllegalStateException("out of order");
            }
            ballot.logOdds(0f);
        }
    }
}
