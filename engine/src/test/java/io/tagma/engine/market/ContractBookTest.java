package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an award, of the money and of the name. */
class ContractBookTest {
    private static final int AGENTS = 6;
    private static final long CREDIT = MicroCredits.PER_CREDIT;
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int[] RANKING = {0, 2, 4};
    private static final long[] PRICES = {85 * CREDIT, 75 * CREDIT, 65 * CREDIT};

    private final CreditLedger ledger = new CreditLedger(AGENTS);
    private final OutcomeReputation reputation = new OutcomeReputation(AGENTS, HOUR_NS, 64);
    private final ContractTerms terms = ContractTerms.DEFAULT;
    private ContractBook book = new ContractBook(ledger, terms, AGENTS, 4, 3);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @BeforeEach
    void endow() {
        ledger.transfer(CreditLedger.ISSUE, CreditLedger.HOUSE, 1_000 * CREDIT);
        for (int i = 0; i < AGENTS; i++) {
            ledger.transfer(CreditLedger.ISSUE, CreditLedger.accountOf(i), 450 * CREDIT);
        }
    }

    private long credits(final int agentId) {
        return ledger.balanceMicros(CreditLedger.accountOf(agentId)) / CREDIT;
    }

    private long award(final long nowNs) {
        final ContractEvent event = book.award(CreditLedger.HOUSE, RANKING, PRICES, 3, nowNs);
        assertThat(event.code()).isEqualTo(ContractEvent.OK);
        assertThat(event.before()).isEqualTo(ContractState.NONE);
        assertThat(event.after()).isEqualTo(ContractState.AWARDED);
        return event.contract();
    }

    @Test
    void successPaysThePriceAndRaisesTheName() {
        final long contract = award(0);
        assertThat(ledger.balanceMicros(CreditLedger.ESCROW)).isEqualTo(85 * CREDIT);
        assertThat(book.accept(contract, 1).after()).isEqualTo(ContractState.ACCEPTED);
        final ContractEvent done = book.deliver(contract, 2);
        assertThat(done.after()).isEqualTo(ContractState.DONE);
        assertThat(done.priceMicros()).isEqualTo(85 * CREDIT);
        assertThat(reputation.earn(done.agentId(), true, contract, 2)).isEqualTo(OutcomeReputation.OK);

        assertThat(credits(0)).isEqualTo(535);
        assertThat(reputation.of(0, 2)).isCloseTo(0.55, within(1e-9));
        assertThat(book.stateOf(contract)).isEqualTo(ContractState.NONE);
        assertThat(book.deliver(contract, 3).code()).isEqualTo(ContractEvent.UNKNOWN_CONTRACT);
        assertThat(ledger.sumMicros()).isZero();
    }

    @Test
    void failureSlashesAndTheNextBidderIsTried() {
        final long contract = award(0);
        assertThat(book.deliver(contract, 1).code()).isEqualTo(ContractEvent.WRONG_STATE);
        book.accept(contract, 1);
        final ContractEvent failed = book.fail(contract, 2);
        assertThat(failed.after()).isEqualTo(ContractState.FAILED);
        assertThat(failed.penaltyMicros()).isEqualTo(25 * CREDIT);
        assertThat(credits(0)).isEqualTo(425);

        final ContractEvent again = book.retry(contract, 3);
        assertThat(again.agentId()).isEqualTo(2);
        assertThat(again.priceMicros()).isEqualTo(75 * CREDIT);
        assertThat(book.decline(contract, 4).penaltyMicros()).isZero();
        assertThat(book.retry(contract, 5).agentId()).isEqualTo(4);
        book.accept(contract, 6);
        assertThat(book.expire(6 + terms.performNs() - 1).code()).isEqualTo(ContractEvent.UNKNOWN_CONTRACT);
        final ContractEvent late = book.expire(6 + terms.performNs());
        assertThat(late.after()).isEqualTo(ContractState.LATE);
        assertThat(credits(4)).isEqualTo(425);
        assertThat(book.retry(contract, 7).after()).isEqualTo(ContractState.VOID);
        assertThat(ledger.balanceMicros(CreditLedger.HOUSE)).isEqualTo(1_050 * CREDIT);
        assertThat(ledger.balanceMicros(CreditLedger.ESCROW)).isZero();
    }

    @Test
    void whatCannotBePaidIsRefusedAndChangesNothing() {
        final long[] dear = {2_000 * CREDIT};
        assertThat(book.award(CreditLedger.HOUSE, RANKING, dear, 1, 0).code()).isEqualTo(ContractEvent.OVERDRAFT);
        assertThat(book.award(CreditLedger.ESCROW, RANKING, PRICES, 1, 0).code())
                .isEqualTo(ContractEvent.MALFORMED);
        assertThat(book.award(CreditLedger.HOUSE, new int[] {AGENTS}, PRICES, 1, 0)
                        .code())
                .isEqualTo(ContractEvent.MALFORMED);
        book = new ContractBook(ledger, new ContractTerms(1, 1, 25 * CREDIT, 6_000, 80 * CREDIT, 3), AGENTS, 1, 3);
        assertThat(book.award(CreditLedger.HOUSE, RANKING, PRICES, 3, 0).code()).isEqualTo(ContractEvent.COST_CAP);
        assertThat(ledger.transfer(CreditLedger.accountOf(1), CreditLedger.accountOf(2), 450 * CREDIT + 1))
                .isEqualTo(CreditLedger.OVERDRAFT);
        assertThat(ledger.transfer(CreditLedger.HOUSE, CreditLedger.HOUSE, 1)).isEqualTo(CreditLedger.UNKNOWN_ACCOUNT);
        assertThat(ledger.transfer(CreditLedger.HOUSE, CreditLedger.ESCROW, -1)).isEqualTo(CreditLedger.MALFORMED);
        assertThat(ledger.balanceMicros(CreditLedger.HOUSE)).isEqualTo(1_000 * CREDIT);
    }

    @Test
    void theStakeCoversThePenaltyAndTheRestComesBack() {
        book = new ContractBook(
                ledger, new ContractTerms(100, 100, 25 * CREDIT, 500_000, MicroCredits.MAX, 1), AGENTS, 1, 3);
        final long contract = award(0);
        book.accept(contract, 1);
        assertThat(ledger.balanceMicros(CreditLedger.accountOf(0))).isEqualTo(407_500_000);
        assertThat(book.award(CreditLedger.HOUSE, RANKING, PRICES, 3, 1).code()).isEqualTo(ContractEvent.BOOK_FULL);
        book.fail(contract, 2);
        assertThat(credits(0)).isEqualTo(425);
        assertThat(book.retry(contract, 3).after()).isEqualTo(ContractState.VOID);
        final long other = award(4);
        assertThat(book.cancel(other, 5).after()).isEqualTo(ContractState.VOID);
        assertThat(ledger.balanceMicros(CreditLedger.ESCROW)).isZero();
        assertThat(book.accept(award(6), 106).after()).isEqualTo(ContractState.LATE);
    }

    @Test
    void noOperationChangesTheSumAndASnapshotBringsAllBack() {
        final SplittableRandom random = new SplittableRandom(8);
        for (long now = 0; now < 20_000; now++) {
            step(random, now);
            assertThat(ledger.sumMicros()).isZero();
            assertThat(ledger.balanceMicros(CreditLedger.ESCROW)).isNotNegative();
        }
        final Path file = directory.resolve("market");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 1, 2, 3))) {
            ledger.save(out);
            book.save(out);
            reputation.save(out);
            out.commit();
        }
        final CreditLedger ledgerRead = new CreditLedger(AGENTS);
        final ContractBook bookRead = new ContractBook(ledgerRead, terms, AGENTS, 4, 3);
        final OutcomeReputation reputationRead = new OutcomeReputation(AGENTS, HOUR_NS, 64);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            ledgerRead.load(in);
            bookRead.load(in);
            reputationRead.load(in);
        }
        for (int i = 0; i < AGENTS; i++) {
            assertThat(reputationRead.of(i, HOUR_NS)).isEqualTo(reputation.of(i, HOUR_NS));
            assertThat(reputationRead.outcomes(i)).isEqualTo(reputation.outcomes(i));
        }
        // From here on both do the same.
        for (long contract = 0; contract < 20_000; contract++) {
            assertThat(bookRead.stateOf(contract)).isEqualTo(book.stateOf(contract));
            assertThat(bookRead.cancel(contract, 1).after())
                    .isEqualTo(book.cancel(contract, 1).after());
        }
        for (int account = 0; account < AGENTS + 3; account++) {
            assertThat(ledgerRead.balanceMicros(account)).isEqualTo(ledger.balanceMicros(account));
        }
    }

    private void step(final SplittableRandom random, final long now) {
        final long contract = random.nextLong(Math.max(1, now / 4 - 6), now / 4 + 2);
        switch (random.nextInt(8)) {
            case 0, 1 -> book.award(random.nextInt(1, 9), RANKING, PRICES, random.nextInt(1, 4), now);
            case 2 -> book.accept(contract, now);
            case 3 -> {
                final ContractEvent event = book.deliver(contract, now);
                if (event.code() == ContractEvent.OK) {
                    reputation.earn(event.agentId(), event.after() == ContractState.DONE, contract, now);
                }
            }
            case 4 -> book.fail(contract, now);
            case 5 -> book.retry(contract, now);
            case 6 -> book.cancel(random.nextLong(now + 1), now);
            default -> book.expire(now + random.nextLong(2 * terms.performNs()));
        }
    }

    @Test
    void aNameIsEarnedOnceFadesAndRecovers() {
        assertThat(reputation.earn(1, false, 0, 0)).isZero();
        assertThat(reputation.earn(1, false, 0, 0)).isEqualTo(OutcomeReputation.DUPLICATE);
        assertThat(reputation.of(1, 0)).isCloseTo(0.4, within(1e-9));
        assertThat(reputation.of(1, HOUR_NS)).isCloseTo(0.45, within(1e-9));
        assertThat(reputation.of(1, 50 * HOUR_NS)).isCloseTo(0.5, within(1e-9));
        assertThat(reputation.earn(1, true, 200, 0)).isZero();
        assertThat(reputation.earn(1, true, 136, 0)).isEqualTo(OutcomeReputation.TOO_OLD);
        assertThat(reputation.earn(1, true, 137, 0)).isZero();
        assertThat(reputation.earn(1, true, 137, 0)).isEqualTo(OutcomeReputation.DUPLICATE);
        assertThat(reputation.earn(AGENTS, true, 201, 0)).isEqualTo(OutcomeReputation.MALFORMED);
        assertThat(reputation.outcomes(1)).isEqualTo(3);
        for (int i = 0; i < OutcomeReputation.PROBATION; i++) {
            assertThat(reputation.weight(3, 0)).isEqualTo(Reputation.INITIAL);
            reputation.earn(3, true, 202 + i, 0);
        }
        assertThat(reputation.weight(3, 0)).isCloseTo(0.75, within(1e-9));
        for (int i = 0; i < 40; i++) {
            reputation.earn(3, true, 210 + i, 0);
        }
        assertThat(reputation.of(3, 0)).isEqualTo(1);
    }

    @Test
    void statisticsOfAMarket() {
        final MarketStatistics statistics = new MarketStatistics(3);
        final AuctionTerms vickrey = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);
        final Clearing clearing = new Clearing();
        assertThat(statistics.concentration()).isZero();
        for (final long[] bids :
                new long[][] {{8 * CREDIT, 4 * CREDIT, -1}, {-1, 4 * CREDIT, 6 * CREDIT}, {-1, -1, -1}}) {
            final int winner = vickrey.clear(bids, 3, clearing);
            statistics.count(clearing, winner, 3);
        }
        assertThat(statistics.participation()).isCloseTo(4.0 / 9, within(1e-12));
        assertThat(statistics.fillRate()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(statistics.meanPrice()).isEqualTo(4);
        assertThat(statistics.meanSurplus()).isEqualTo(3);
        assertThat(statistics.concentration()).isEqualTo(5_000);
        assertThat(statistics.auctions()).isEqualTo(3);
    }
}
