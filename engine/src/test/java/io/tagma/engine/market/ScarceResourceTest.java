package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Units go to the highest bids at the best bid that gets none, and nobody pays what it has not. */
class ScarceResourceTest {
    private static final int AGENTS = 6;
    private static final int MARKETS = Boolean.getBoolean("tagma.slow") ? 100_000 : 5_000;

    private CreditLedger ledger = ledger(1_000);

    private static CreditLedger ledger(final long each) {
        final CreditLedger ledger = new CreditLedger(AGENTS);
        for (int i = 0; i < AGENTS; i++) {
            ledger.transfer(CreditLedger.ISSUE, CreditLedger.accountOf(i), each);
        }
        return ledger;
    }

    @Test
    void threeCallsForFiveWhoWantOne() {
        final ScarceResource calls = new ScarceResource(ledger, AGENTS, 3, 10, 8);
        calls.open();
        final long[] bids = {40, 90, 20, 70, 50};
        for (int i = 0; i < bids.length; i++) {
            assertThat(calls.request(i, 1, bids[i])).isEqualTo(ScarceResource.OK);
        }
        assertThat(calls.clear()).isEqualTo(3);
        assertThat(calls.priceMicros()).isEqualTo(40);
        assertThat(new int[] {calls.granted(0), calls.granted(1), calls.granted(2), calls.granted(3), calls.granted(4)})
                .containsExactly(0, 1, 0, 1, 1);
        assertThat(ledger.balanceMicros(CreditLedger.HOUSE)).isEqualTo(120);
        assertThat(ledger.balanceMicros(CreditLedger.accountOf(0))).isEqualTo(1_000);
        assertThat(ledger.sumMicros()).isZero();
    }

    @Test
    void aRequestMayBeFilledInPartAndWithoutCompetitionTheReserveIsPaid() {
        final ScarceResource slots = new ScarceResource(ledger, AGENTS, 4, 5, 8);
        slots.open();
        slots.request(0, 3, 50);
        slots.request(1, 3, 30);
        assertThat(slots.clear()).isEqualTo(4);
        assertThat(slots.granted(1)).isEqualTo(1);
        assertThat(slots.priceMicros())
                .as("its own bid is the best that got nothing")
                .isEqualTo(30);
        slots.open();
        slots.request(2, 2, 50);
        assertThat(slots.clear()).isEqualTo(2);
        assertThat(slots.priceMicros()).isEqualTo(5);
        assertThat(slots.sold()).isEqualTo(2);
    }

    @Test
    void badRequestsTakeNoPart() {
        final ScarceResource calls = new ScarceResource(ledger, AGENTS, 2, 10, 2);
        calls.open();
        assertThat(calls.request(AGENTS, 1, 20)).isEqualTo(ScarceResource.MALFORMED);
        assertThat(calls.request(-1, 1, 20)).isEqualTo(ScarceResource.MALFORMED);
        assertThat(calls.request(0, 0, 20)).isEqualTo(ScarceResource.MALFORMED);
        assertThat(calls.request(0, 1, -20)).isEqualTo(ScarceResource.MALFORMED);
        assertThat(calls.request(0, 1, MicroCredits.MAX + 1)).isEqualTo(ScarceResource.MALFORMED);
        assertThat(calls.request(0, 1, 9)).isEqualTo(ScarceResource.BELOW_RESERVE);
        assertThat(calls.request(0, 1, 1_001)).isEqualTo(ScarceResource.OVERDRAFT);
        assertThat(calls.request(0, Integer.MAX_VALUE, MicroCredits.MAX)).isEqualTo(ScarceResource.OVERDRAFT);
        assertThat(calls.request(0, 1, 600)).isEqualTo(ScarceResource.OK);
        assertThat(calls.request(0, 1, 600)).as("600 are promised").isEqualTo(ScarceResource.OVERDRAFT);
        assertThat(calls.request(1, 1, 600)).isEqualTo(ScarceResource.OK);
        assertThat(calls.request(2, 1, 600)).isEqualTo(ScarceResource.FULL);
        calls.open();
        assertThat(calls.clear()).isZero();
        assertThat(ledger.balanceMicros(CreditLedger.HOUSE)).isZero();
        assertThatThrownBy(() -> new ScarceResource(ledger, AGENTS, 0, 0, 1)).hasMessageContaining("units");
    }

    @Test
    void whoWantsOneUnitDoesBestByTheTruthAndTheBestBidsWin() {
        final SplittableRandom random = new SplittableRandom(9);
        for (int market = 0; market < MARKETS; market++) {
            final long[] values = random.longs(AGENTS, 0, 60).toArray();
            final int units = random.nextInt(1, AGENTS + 1);
            final int liar = random.nextInt(AGENTS);
            final long honest = gain(values, units, liar, values[liar]);
            final long lied = gain(values, units, liar, random.nextLong(70));
            if (lied > honest || honest < 0) {
                throw new AssertionError("agent " + liar + " of " + Arrays.toString(values) + ", " + units + " units");
            }
        }
    }

    private long gain(final long[] values, final int units, final int liar, final long lie) {
        ledger = ledger(1_000);
        final ScarceResource calls = new ScarceResource(ledger, AGENTS, units, 7, AGENTS);
        calls.open();
        int place = -1;
        for (int i = 0; i < AGENTS; i++) {
            if (calls.request(i, 1, i == liar ? lie : values[i]) == ScarceResource.OK && i == liar) {
                place = calls.count() - 1;
            }
        }
        calls.clear();
        if (ledger.sumMicros() != 0) {
            throw new AssertionError("the ledger sums to " + ledger.sumMicros());
        }
        return place >= 0 && calls.granted(place) == 1 ? values[liar] - calls.priceMicros() : 0;
    }
}
