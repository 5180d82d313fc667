package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Slots and Clarke's payments for them, held against trying every assignment. */
class SlotClearingTest {
    private static final int MARKETS = Boolean.getBoolean("tagma.slow") ? 100_000 : 5_000;
    private static final long NONE = AuctionTerms.NO_RESERVE;

    private final SlotClearing clearing = new SlotClearing();

    /** Two slots seen 200 and 100 times, worth 10, 4 and 2 a time: Edelman, Ostrovsky and Schwarz 2007, section II. */
    @Test
    void theTextbooksSearchEngine() {
        final AuctionTerms terms = AuctionTerms.vcg(AuctionDirection.FORWARD, NONE, SlotWeights.of(1_000_000, 500_000));
        assertThat(clearing.clear(terms, new long[] {4_000_000, 10_000_000, -1, 2_000_000}, 4))
                .isEqualTo(2);
        assertThat(clearing.winner(0)).isEqualTo(1);
        assertThat(clearing.winner(1)).isZero();
        assertThat(clearing.priceMicros(0)).as("600 for 200 times").isEqualTo(3_000_000);
        assertThat(clearing.priceMicros(1)).as("200 for 100 times").isEqualTo(2_000_000);
        assertThat(clearing.admitted()).isEqualTo(3);
    }

    @Test
    void welfareIsTheBestThereIsAndEachPaysWhatItCostsTheOthers() {
        final SplittableRandom random = new SplittableRandom(5);
        for (int market = 0; market < MARKETS; market++) {
            final AuctionTerms terms = terms(random);
            final long[] bids = random.longs(random.nextInt(1, 6), -3, 40).toArray();
            final int filled = clearing.clear(terms, bids, bids.length);
            final BigInteger best = best(terms, bids, 0, 0);
            BigInteger welfare = BigInteger.ZERO;
            for (int s = 0; s < filled; s++) {
                welfare = welfare.add(worth(terms, s, bids[clearing.winner(s)]));
            }
            check(welfare.equals(best), terms, bids, "welfare");
            for (int s = 0; s < filled; s++) {
                final long[] others = bids.clone();
                others[clearing.winner(s)] = -1;
                // What the others lose, and of that what a delivery costs: w * |bid - price| is what its being there
                // adds.
                final BigInteger adds = best.subtract(best(terms, others, 0, 0));
                final long gain = Math.abs(bids[clearing.winner(s)] - clearing.priceMicros(s));
                final BigInteger kept = BigInteger.valueOf(gain).multiply(weight(terms, s));
                check(kept.compareTo(adds) >= 0, terms, bids, "pays too much");
                check(kept.subtract(adds).compareTo(weight(terms, s)) < 0, terms, bids, "rounded by more than one");
                check(terms.admits(clearing.priceMicros(s)), terms, bids, "reserve");
            }
        }
    }

    @Test
    void aLieDoesNotPay() {
        final SplittableRandom random = new SplittableRandom(71);
        for (int market = 0; market < 20 * MARKETS; market++) {
            final AuctionTerms terms = terms(random);
            final long[] bids = random.longs(random.nextInt(1, 9), -2, 1L << random.nextInt(6, 40))
                    .toArray();
            final int liar = random.nextInt(bids.length);
            final long truth = bids[liar];
            if (truth < 0) {
                continue;
            }
            final BigInteger honest = gain(terms, bids, liar, truth);
            bids[liar] = Math.max(-1, truth + random.nextLong(-truth - 1, truth + 3));
            // A price is rounded in the winner's favour by less than one, for as many as its slot's weight.
            final BigInteger lied = gain(terms, bids, liar, truth);
            check(lied.subtract(honest).compareTo(BigInteger.valueOf(SlotWeights.WHOLE_PPM)) < 0, terms, bids, "pays");
        }
    }

    /** Where prices divide evenly nothing is rounded, and no lie gains anything at all. */
    @Test
    void aLieDoesNotPayByASingleMicroWhereNothingIsRounded() {
        final SplittableRandom random = new SplittableRandom(72);
        final AuctionTerms terms =
                AuctionTerms.vcg(AuctionDirection.FORWARD, 12, SlotWeights.of(1_000_000, 500_000, 250_000));
        for (int market = 0; market < 20 * MARKETS; market++) {
            final long[] bids =
                    random.longs(random.nextInt(1, 9), 0, 60).map(i -> 4 * i).toArray();
            final int liar = random.nextInt(bids.length);
            final long truth = bids[liar];
            final BigInteger honest = gain(terms, bids, liar, truth);
            bids[liar] = 4 * random.nextLong(70);
            check(gain(terms, bids, liar, truth).compareTo(honest) <= 0, terms, bids, "lie");
        }
    }

    private BigInteger gain(final AuctionTerms terms, final long[] bids, final int bidder, final long value) {
        final int filled = clearing.clear(terms, bids, bids.length);
        for (int s = 0; s < filled; s++) {
            if (clearing.winner(s) == bidder) {
                return BigInteger.valueOf(terms.direction().sign() * (value - clearing.priceMicros(s)))
                        .multiply(weight(terms, s));
            }
        }
        return BigInteger.ZERO;
    }

    private static AuctionTerms terms(final SplittableRandom random) {
        final int slots = random.nextInt(1, 5);
        final int[] weights =
                random.ints(slots, 1, SlotWeights.WHOLE_PPM + 1).sorted().toArray();
        for (int i = 0; i < slots / 2; i++) {
            final int swap = weights[i];
            weights[i] = weights[slots - 1 - i];
            weights[slots - 1 - i] = swap;
        }
        final boolean forward = random.nextBoolean();
        final long reserve = forward && random.nextBoolean() ? NONE : random.nextLong(30);
        return AuctionTerms.vcg(
                forward ? AuctionDirection.FORWARD : AuctionDirection.PROCUREMENT, reserve, SlotWeights.of(weights));
    }

    private static BigInteger weight(final AuctionTerms terms, final int slot) {
        return BigInteger.valueOf(terms.slots().ppm(slot));
    }

    private static BigInteger worth(final AuctionTerms terms, final int slot, final long bid) {
        final long reserve = Math.max(0, terms.reserveMicros());
        return BigInteger.valueOf(terms.direction().sign() * (bid - reserve)).multiply(weight(terms, slot));
    }

    /** Every way to give each slot to somebody or nobody. */
    private static BigInteger best(final AuctionTerms terms, final long[] bids, final int slot, final int taken) {
        if (slot == terms.slots().count()) {
            return BigInteger.ZERO;
        }
        BigInteger best = best(terms, bids, slot + 1, taken);
        for (int i = 0; i < bids.length; i++) {
            if ((taken & 1 << i) == 0 && terms.admits(bids[i])) {
                best = best.max(worth(terms, slot, bids[i]).add(best(terms, bids, slot + 1, taken | 1 << i)));
            }
        }
        return best;
    }

    private static void check(final boolean good, final AuctionTerms terms, final long[] bids, final String what) {
        if (!good) {
            throw new AssertionError(what + ": " + terms + " " + Arrays.toString(bids));
        }
    }

    @Test
    void largestAmountsDoNotOverflow() {
        final AuctionTerms terms =
                AuctionTerms.vcg(AuctionDirection.FORWARD, NONE, SlotWeights.of(1_000_000, 999_999, 1));
        final long most = MicroCredits.MAX;
        clearing.clear(terms, new long[] {most, most, most, most - 1}, 4);
        assertThat(clearing.priceMicros(0)).isBetween(most - 1, most);
        assertThat(clearing.priceMicros(2)).isEqualTo(most - 1);
    }

    @Test
    void allocatesNothing() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().threadId();
        final AuctionTerms terms =
                AuctionTerms.vcg(AuctionDirection.FORWARD, 1, SlotWeights.of(900_000, 500_000, 200_000));
        final long[] bids = new SplittableRandom(1).longs(200, 0, 1_000_000).toArray();
        long least = Long.MAX_VALUE;
        long checksum = 0;
        for (int round = 0; round < 5; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 2_000; i++) {
                bids[i % 200] += i;
                checksum += clearing.clear(terms, bids, 200) + clearing.priceMicros(0);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(checksum).isNotZero();
        assertThat(least).isLessThan(256);
    }

    @Test
    void slotsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> SlotWeights.of()).hasMessageContaining("1 to 16");
        assertThatThrownBy(() -> SlotWeights.of(new int[17])).hasMessageContaining("17");
        assertThatThrownBy(() -> SlotWeights.of(500_000, 600_000)).hasMessageContaining("slot 1");
        assertThatThrownBy(() -> SlotWeights.of(0)).hasMessageContaining("slot 0");
        assertThatThrownBy(() -> AuctionTerms.vcg(AuctionDirection.PROCUREMENT, NONE, SlotWeights.of(2, 1)))
                .hasMessageContaining("reserve");
        assertThatThrownBy(() ->
                        new AuctionTerms(AuctionRule.ENGLISH, AuctionDirection.FORWARD, 1, 1, SlotWeights.of(2, 1)))
                .hasMessageContaining("AuctionRule.VCG");
        assertThat(AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD))
                .as("journals name terms")
                .hasToString("AuctionTerms[rule=VICKREY, direction=FORWARD, reserveMicros=-1, incrementMicros=0]");
    }
}
