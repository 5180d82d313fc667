package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FraudSimulatorTest {
    private static final long SEED = 42;
    private static final long GOLDEN_OF_SEED_42 = 1_058_502_586L;

    private final Transaction payment = new Transaction();

    @Test
    void sameSeedGivesTheSamePaymentsOnEveryMachine() {
        assertThat(checksum(FraudSimulator.handbook(SEED), 10_000)).isEqualTo(GOLDEN_OF_SEED_42);
        assertThat(checksum(FraudSimulator.handbook(SEED + 1), 10_000)).isNotEqualTo(GOLDEN_OF_SEED_42);
    }

    private long checksum(final FraudSimulator simulator, final int count) {
        final CRC32C crc = new CRC32C();
        for (int i = 0; i < count; i++) {
            simulator.next(payment);
            crc.update(line(payment).getBytes(StandardCharsets.US_ASCII));
        }
        return crc.getValue();
    }

    private static String line(final Transaction t) {
        return t.id + "," + t.epochSecond + "," + t.customerId + "," + t.terminalId + "," + Math.round(t.amount * 100)
                + "," + t.fraud + "," + t.scenario + "\n";
    }

    /**
     * The Handbook's data set has 1,754,155 payments: 978, 9,099 and 4,604 frauds of the three kinds, 0.84 % in all.
     */
    @Test
    void frequenciesAreThoseOfTheHandbook() {
        final FraudSimulator simulator = FraudSimulator.handbook(SEED);
        final int[] kinds = new int[4];
        simulator.next(payment);
        long previousSecond = payment.epochSecond;
        assertThat(previousSecond).isBetween(FraudWorld.HANDBOOK_START, FraudWorld.HANDBOOK_START + 600);
        boolean ascending = true;
        while (simulator.day() < FraudWorld.HANDBOOK_DAYS) {
            kinds[payment.scenario]++;
            simulator.next(payment);
            ascending &= payment.epochSecond >= previousSecond;
            previousSecond = payment.epochSecond;
        }
        final int total = Arrays.stream(kinds).sum();
        assertThat(ascending).isTrue();
        assertThat((double) total).isCloseTo(1_754_155, within(40_000.0));
        assertThat((double) kinds[Transaction.SCENARIO_AMOUNT]).isCloseTo(978, within(150.0));
        assertThat((double) kinds[Transaction.SCENARIO_TERMINAL]).isCloseTo(9_099, within(700.0));
        assertThat((double) kinds[Transaction.SCENARIO_CARD]).isCloseTo(4_604, within(600.0));
        assertThat(1 - kinds[0] / (double) total).isCloseTo(0.0084, within(0.0006));
    }

    @Test
    void eachKindOfFraudIsWhatItSays() {
        final FraudSimulator simulator = FraudSimulator.handbook(SEED);
        double largestHonest = 0;
        for (int i = 0; i < 200_000; i++) {
            simulator.next(payment);
            assertThat(payment.fraud).isEqualTo(payment.scenario != Transaction.SCENARIO_NONE);
            assertThat(payment.id).isEqualTo(i);
            if (!payment.fraud) {
                largestHonest = Math.max(largestHonest, payment.amount);
            } else if (payment.scenario == Transaction.SCENARIO_AMOUNT) {
                assertThat(payment.amount).isGreaterThan(220);
            }
        }
        assertThat(largestHonest).isGreaterThan(215).isLessThanOrEqualTo(220);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9_000, 9_999, 10_000, 123_456})
    void skippingIsReading(final long n) {
        final FraudSimulator read = FraudSimulator.handbook(SEED);
        for (long i = 0; i < n; i++) {
            read.next(payment);
        }
        final FraudSimulator skipped = FraudSimulator.handbook(SEED);
        skipped.skip(n / 2);
        skipped.skip(n);
        assertThat(skipped.position()).isEqualTo(n);
        final Transaction other = new Transaction();
        for (int i = 0; i < 20_000; i++) {
            read.next(payment);
            skipped.next(other);
            assertThat(line(other)).isEqualTo(line(payment));
        }
    }

    @Test
    void skipsForwardOnly() {
        final FraudSimulator simulator = FraudSimulator.handbook(SEED);
        simulator.skip(10);
        assertThatThrownBy(() -> simulator.skip(9)).hasMessageContaining("at 10, asked for 9");
    }

    @Test
    void readingAllocatesNothing() {
        final FraudSimulator simulator = FraudSimulator.handbook(SEED);
        simulator.next(payment);
        final long bytes = Allocation.bytesOf(() -> {
            for (int i = 0; i < 300_000; i++) {
                simulator.next(payment);
            }
        });
        assertThat(bytes).isZero();
    }

    @Test
    void aSmallWorldGoesOnForeverAndItsBusyDaysGrowTheSheet() {
        final FraudSimulator simulator = new FraudSimulator(new FraudWorld(3, 1, 1, 1, 10, 0));
        for (int i = 0; i < 10_000; i++) {
            assertThat(simulator.next(payment)).isTrue();
            assertThat(payment.customerId + payment.terminalId).isZero();
        }
        final DaySheet sheet = new DaySheet(2);
        for (int second = 9; second > 0; second--) {
            sheet.add(second, second, 0, 100, 0);
        }
        sheet.sort();
        sheet.read(0, payment);
        assertThat(payment.customerId).isEqualTo(1);
    }

    @Test
    void impossibleWorldsSayWhatWouldDo() {
        assertThatThrownBy(() -> new FraudWorld(1, 0, 10, 100, 5, 0)).hasMessageContaining("customers", "0");
        assertThatThrownBy(() -> new FraudWorld(1, 10, -1, 100, 5, 0)).hasMessageContaining("terminals");
        assertThatThrownBy(() -> new FraudWorld(1, 10, 10, Double.NaN, 5, 0)).hasMessageContaining("gridSide");
        assertThatThrownBy(() -> new FraudWorld(1, 10, 10, 100, 0, 0)).hasMessageContaining("radius");
        assertThatThrownBy(() -> new FraudWorld(1, 10, 10, 100, 5, 7)).hasMessageContaining("86400");
        assertThatThrownBy(() -> new FraudSimulator(new FraudWorld(1, 1, 1, 1e6, 1e-3, 0)))
                .hasMessageContaining("within reach");
    }

    @Test
    void normalVariatesHaveTheMomentsAndTheTail() {
        final NormalSampler normal = new NormalSampler();
        final SplitMix64 random = new SplitMix64();
        random.reset(SEED, 0, 0);
        final int n = 2_000_000;
        double sum = 0;
        double squares = 0;
        double fourths = 0;
        int beyondThree = 0;
        int beyondFour = 0;
        for (int i = 0; i < n; i++) {
            final double x = normal.next(random);
            sum += x;
            squares += x * x;
            fourths += x * x * x * x;
            beyondThree += Math.abs(x) > 3 ? 1 : 0;
            beyondFour += Math.abs(x) > 4 ? 1 : 0;
        }
        assertThat(sum / n).isCloseTo(0, within(0.003));
        assertThat(squares / n).isCloseTo(1, within(0.004));
        assertThat(fourths / n).isCloseTo(3, within(0.03));
        assertThat(beyondThree / (double) n).isCloseTo(2.6998e-3, within(1.5e-4));
        assertThat(beyondFour / (double) n).isCloseTo(6.334e-5, within(2.5e-5));
    }
}
