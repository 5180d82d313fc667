package io.tagma.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recorded is noted first and counted later: an observer gets all of it, each at its station, and nothing twice. */
class StationTimerTest {
    private static final long TICK = 5;

    private long reads; // of the ticking clock
    private final StationTimer timer = new StationTimer(() -> 0, true);
    private final StationTimer ticking = new StationTimer(() -> TICK * ++reads, true);
    private final Histogram[] interval = StationTimer.emptySet();
    private final Histogram[] totals = StationTimer.emptySet();

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 1_000})
    void allThatWasRecordedIsHandedOver(final int records) {
        for (int i = 1; i <= records; i++) {
            timer.record(Station.JOURNAL, i);
        }
        timer.record(Station.RING, 7);
        handOver();
        assertThat(of(interval, Station.JOURNAL).getTotalCount()).isEqualTo(records);
        assertThat(of(interval, Station.JOURNAL).getMean()).isEqualTo((1 + records) / 2.0);
        assertThat(of(interval, Station.RING).getTotalCount()).isEqualTo(1);
        assertThat(of(interval, Station.RING).getMaxValue()).isEqualTo(7);

        handOver();
        assertThat(of(totals, Station.JOURNAL).getTotalCount())
                .as("counted once")
                .isEqualTo(records);
    }

    @Test
    void durationsOfManyAreCountedAsMany() {
        timer.record(Station.END_TO_END, 500, 3);
        timer.record(Station.END_TO_END, 900, 0);
        timer.record(Station.END_TO_END, 700);
        handOver();
        assertThat(of(interval, Station.END_TO_END).getTotalCount()).isEqualTo(4);
        assertThat(of(interval, Station.END_TO_END).getCountAtValue(500)).isEqualTo(3);
        assertThat(of(interval, Station.END_TO_END).getCountAtValue(700)).isEqualTo(1);
    }

    @Test
    void whatTheClockMakesOfATimeThatGoesBackOrIsFarOffStaysInRange() {
        timer.record(Station.PUBLISH, -5);
        timer.record(Station.PUBLISH, Long.MAX_VALUE);
        timer.record(Station.PUBLISH, Long.MIN_VALUE, 2);
        handOver();
        assertThat(of(interval, Station.PUBLISH).getTotalCount()).isEqualTo(4);
        assertThat(of(interval, Station.PUBLISH).getMinValue()).isZero();
        assertThat(of(interval, Station.PUBLISH).getMaxValue()).isBetween(60_000_000_000L, 60_100_000_000L);
        assertThat(of(interval, Station.END_TO_END).getTotalCount()).isZero();
    }

    @Test
    void aBatchThatIsNotTimedDoesNotReadTheClock() {
        long timed = 0;
        for (long first = 1; first <= 64 * 100; first++) {
            final long before = reads;
            final long began = ticking.beginBatch(first, 1);
            ticking.recordBatch(Station.JOURNAL, ticking.batchNow() - began);
            assertThat(reads - before).isIn(0L, 2L);
            timed += (reads - before) / 2;
        }
        handOver(ticking);
        assertThat(timed).isBetween(99L, 101L);
        assertThat(of(interval, Station.JOURNAL).getTotalCount()).isEqualTo(timed);
        assertThat(of(interval, Station.JOURNAL).getMinValue()).isEqualTo(TICK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 63, 64, 65, 127, 128, 1000})
    void aBatchIsTimedWhereOneOfItsInputsIs(final int size) {
        long samples = 0;
        for (long first = 1; first <= 64 * 70; first += size) {
            boolean holds = false;
            for (long sequence = first; sequence < first + size; sequence++) {
                holds |= isTimed(sequence);
                samples += isTimed(sequence) ? 1 : 0;
            }
            final long before = reads;
            ticking.beginBatch(first, size);
            assertThat(reads > before).as("%s from %s", size, first).isEqualTo(holds);
        }
        assertThat(samples).isBetween(69L, 72L + size / 64);
    }

    @Test
    void whatComesInTurnsIsTimedInTurns() {
        final int[] timed = new int[8];
        for (long sequence = 0; sequence < 64 * 800; sequence++) {
            timed[(int) (sequence % timed.length)] += isTimed(sequence) ? 1 : 0;
        }
        for (final int each : timed) {
            assertThat(each).isBetween(80, 120);
        }
    }

    private boolean isTimed(final long sequence) {
        final long before = reads;
        ticking.begin(sequence);
        return reads > before;
    }

    @Test
    void aDisabledOneRecordsNothing() {
        timer.enable(false);
        timer.record(Station.LEARN, 5);
        timer.record(Station.LEARN, 5, 5);
        timer.beginBatch(1, 64);
        timer.recordBatch(Station.LEARN, 5);
        timer.enable(true);
        handOver();
        assertThat(of(interval, Station.LEARN).getTotalCount()).isZero();
    }

    private void handOver() {
        handOver(timer);
    }

    private void handOver(final StationTimer from) {
        for (final Histogram histogram : interval) {
            histogram.reset();
        }
        from.request();
        from.duty();
        assertThat(from.collect(interval, totals)).isTrue();
    }

    private static Histogram of(final Histogram[] set, final Station station) {
        return set[station.index()];
    }
}
