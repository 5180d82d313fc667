package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.agent.Agent;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who wins one item, and at which price. */
class AuctionTermsTest {
    private static final long NONE = AuctionTerms.NO_RESERVE;
    private static final int MARKETS = Boolean.getBoolean("tagma.slow") ? 5_000_000 : 100_000;
    // Two of five decline: one cannot do it, one is busy.
    private static final long[] REFERENCE = {85, -1, 75, -1, 65};

    private final Clearing clearing = new Clearing();

    @Test
    void theReferenceMarketUnderEachRule() {
        assertForward(AuctionRule.FIRST_PRICE, 85);
        assertForward(AuctionRule.VICKREY, 75);
        assertForward(AuctionRule.ENGLISH, 75);
        assertForward(AuctionRule.DUTCH, 85);
        assertProcured(AuctionRule.FIRST_PRICE, 65);
        assertProcured(AuctionRule.VICKREY, 75);
        assertProcured(AuctionRule.ENGLISH, 75);
        assertProcured(AuctionRule.DUTCH, 65);
        assertThat(clearing.admitted()).isEqualTo(3);
        assertThat(clearing.refused()).isZero();
    }

    private void assertForward(final AuctionRule rule, final long price) {
        assertClears(AuctionTerms.of(rule, AuctionDirection.FORWARD), REFERENCE, 0, price);
    }

    private void assertProcured(final AuctionRule rule, final long price) {
        assertClears(AuctionTerms.of(rule, AuctionDirection.PROCUREMENT), REFERENCE, 4, price);
    }

    private void assertClears(final AuctionTerms terms, final long[] bids, final int winner, final long price) {
        assertThat(terms.clear(bids, bids.length, clearing)).as("%s", terms).isEqualTo(winner);
        assertThat(clearing.priceMicros()).as("%s", terms).isEqualTo(price);
    }

    @Test
    void aSingleBidderPaysTheReserve() {
        final long[] bids = {-1, 50};
        for (final AuctionRule rule : new AuctionRule[] {AuctionRule.VICKREY, AuctionRule.ENGLISH}) {
            assertClears(new AuctionTerms(rule, AuctionDirection.FORWARD, 20, 0), bids, 1, 20);
            assertClears(new AuctionTerms(rule, AuctionDirection.FORWARD, NONE, 0), bids, 1, 0);
            assertClears(new AuctionTerms(rule, AuctionDirection.PROCUREMENT, 90, 0), bids, 1, 90);
            assertClears(new AuctionTerms(rule, AuctionDirection.PROCUREMENT, NONE, 0), bids, 1, 50);
            assertClears(new AuctionTerms(rule, AuctionDirection.FORWARD, 51, 0), bids, Clearing.NO_WINNER, 0);
            assertThat(clearing.refused()).isEqualTo(1);
        }
    }

    @Test
    void clocksKeepToTheirSteps() {
        final long[] bids = {47, 33, 12};
        assertClears(new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.FORWARD, 5, 10), bids, 0, 35);
        assertClears(new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.FORWARD, 5, 20), bids, 0, 45);
        assertClears(new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.FORWARD, 0, 100), bids, 0, 0);
        assertClears(new AuctionTerms(AuctionRule.DUTCH, AuctionDirection.FORWARD, 5, 10), bids, 0, 45);
        assertClears(new AuctionTerms(AuctionRule.DUTCH, AuctionDirection.PROCUREMENT, NONE, 10), bids, 2, 20);
        assertClears(new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.PROCUREMENT, 100, 10), bids, 2, 30);
    }

    @Test
    void tiesGoToTheLowerIndexAndZeroIsABid() {
        for (final AuctionRule rule : AuctionRule.values()) {
            for (final AuctionDirection direction : AuctionDirection.values()) {
                assertClears(AuctionTerms.of(rule, direction), new long[] {-1, 7, 7}, 1, 7);
                assertClears(AuctionTerms.of(rule, direction), new long[] {0, 0}, 0, 0);
                assertClears(AuctionTerms.of(rule, direction), new long[] {-5}, Clearing.NO_WINNER, 0);
            }
        }
        assertThat(AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD)
                        .clear(new long[] {Long.MAX_VALUE, 3}, 2, clearing))
                .isEqualTo(1);
        assertThat(clearing.refused()).isEqualTo(1);
    }

    @Test
    void nobodyGainsFromALieUnderVickreyAndNoRuleMakesAWinnerLose() {
        final SplittableRandom random = new SplittableRandom(61);
        for (int market = 0; market < MARKETS; market++) {
            final long[] values = random.longs(random.nextInt(1, 9), -2, 40).toArray();
            final boolean forward = random.nextBoolean();
            final AuctionDirection direction = forward ? AuctionDirection.FORWARD : AuctionDirection.PROCUREMENT;
            // A procurer without a reserve pays a single seller its ask; see the rule's text.
            final long reserve = forward && random.nextBoolean() ? NONE : random.nextLong(40);
            final long step = random.nextLong(12);
            for (final AuctionRule rule : AuctionRule.values()) {
                final AuctionTerms terms = new AuctionTerms(rule, direction, reserve, step);
                final int winner = terms.clear(values, values.length, clearing);
                if (winner != Clearing.NO_WINNER) {
                    assertThat(direction.sign() * (values[winner] - clearing.priceMicros()))
                            .isNotNegative();
                    assertThat(terms.admits(clearing.priceMicros())).isTrue();
                }
            }
            assertTruthful(new AuctionTerms(AuctionRule.VICKREY, direction, reserve, 0), values, random);
        }
    }

    private void assertTruthful(final AuctionTerms terms, final long[] values, final SplittableRandom random) {
        final int liar = random.nextInt(values.length);
        final long truth = values[liar];
        if (truth < 0) {
            return;
        }
        final long honest = gain(terms, values, liar, truth);
        values[liar] = random.nextLong(-1, 45);
        assertThat(gain(terms, values, liar, truth)).isLessThanOrEqualTo(honest);
        values[liar] = truth;
    }

    private long gain(final AuctionTerms terms, final long[] bids, final int bidder, final long value) {
        return terms.clear(bids, bids.length, clearing) == bidder
                ? terms.direction().sign() * (value - clearing.priceMicros())
                : 0;
    }

    @Test
    void clearingAllocatesNothing() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().threadId();
        final AuctionTerms terms = new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.FORWARD, 1, 2);
        final BidWindow window = new BidWindow(8);
        final long[] bids = new long[2];
        long least = Long.MAX_VALUE;
        long checksum = 0;
        for (int round = 0; round < 5; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 20_000; i++) {
                window.open();
                window.await();
                window.post(i & 5);
                window.offer(0, i & 7, i, i);
                window.close();
                bids[0] = window.bidMicros(0);
                bids[1] = window.bidMicros(1);
                checksum += terms.clear(bids, 2, clearing);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(checksum).isNotZero();
        // The bean's own answer is the only thing that may count.
        assertThat(least).isLessThan(256);
    }

    @Test
    void termsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> new AuctionTerms(AuctionRule.DUTCH, AuctionDirection.FORWARD, -7, 0))
                .hasMessageContaining("reserveMicros")
                .hasMessageContaining("-7");
        assertThatThrownBy(() -> new AuctionTerms(AuctionRule.DUTCH, AuctionDirection.FORWARD, 0, -1))
                .hasMessageContaining("incrementMicros");
        assertThat(MicroCredits.of(Double.NaN)).isEqualTo(MicroCredits.INVALID);
        assertThat(MicroCredits.of(-0.1)).isEqualTo(MicroCredits.INVALID);
        assertThat(MicroCredits.of(1e10)).isEqualTo(MicroCredits.INVALID);
        assertThat(MicroCredits.of(12.5)).isEqualTo(12_500_000);
    }

    @Test
    void aWindowTakesEachBidOnceAndWhileItIsOpen() {
        final BidWindow window = new BidWindow(4);
        assertThat(window.isOpen()).isFalse();
        window.open();
        window.await();
        window.post(7);
        window.await();
        window.miss();
        assertThat(window.offer(0, 50, 11, 2)).isEqualTo(BidWindow.ACCEPTED);
        assertThat(window.offer(0, 99, 12, 3)).isEqualTo(BidWindow.DUPLICATE);
        assertThat(window.offer(1, 99, 12, 3)).as("posted").isEqualTo(BidWindow.UNKNOWN_BIDDER);
        assertThat(window.offer(3, 99, 12, 3)).as("not asked").isEqualTo(BidWindow.UNKNOWN_BIDDER);
        assertThat(window.offer(4, 99, 12, 3)).isEqualTo(BidWindow.UNKNOWN_BIDDER);
        assertThat(window.offer(-1, 99, 12, 3)).isEqualTo(BidWindow.UNKNOWN_BIDDER);
        assertThat(window.offer(2, -9, 12, 3)).isEqualTo(BidWindow.MALFORMED);
        assertThat(window.offer(2, MicroCredits.MAX + 1, 12, 3)).isEqualTo(BidWindow.MALFORMED);
        assertThat(window.isAnswered()).isFalse();
        assertThat(window.awaited()).isEqualTo(1);
        assertThat(window.offer(2, Agent.DECLINE, 13, 4)).isEqualTo(BidWindow.ACCEPTED);
        assertThat(window.isAnswered()).isTrue();
        assertThat(window.bidMicros(0)).isEqualTo(50);
        assertThat(window.answeredNs(0)).isEqualTo(11);
        assertThat(window.answeredAt(2)).isEqualTo(4);
        assertThat(window.missed()).isEqualTo(1);

        window.open();
        window.await();
        window.close();
        assertThat(window.offer(0, 5, 14, 5)).isEqualTo(BidWindow.LATE);
        assertThat(window.bidMicros(0)).isNegative();
    }
}
