package io.tagma.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recorded is noted first and counted later: an observer gets all of it, each at its station, and nothing twice. */
class StationTimerTest {
    private final StationTimer timer = new StationTimer(() -> 0, true);
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

    @ParameterizedTest
    @CsvSource({
        "1, 63, false",
        "1, 64, true",
        "64, 1, true",
        "65, 1, false",
        "65, 63, false",
        "127, 2, true",
        "2, 1000, true"
    })
    void aBatchIsTimedWhereOneOfItsInputsIs(final long first, final int count, final boolean timed) {
        final long[] now = {1_000};
        final StationTimer ticking = new StationTimer(() -> now[0] += 5, true);
        final long began = ticking.beginBatch(first, count);
        ticking.recordBatch(Station.JOURNAL, ticking.batchNow() - began);
        handOver(ticking);
        assertThat(of(interval, Station.JOURNAL).getCountAtValue(5)).isEqualTo(timed ? 1 : 0);
        assertThat(of(interval, Station.JOURNAL).getTotalCount()).isEqualTo(timed ? 1 : 0);
        assertThat(now[0])
                .as("a batch that is not timed does not read the clock")
                .isEqualTo(timed ? 1_010 : 1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void oneInputInSixtyFourIsTimedHoweverTheyAreBatched(final int size) {
        for (long first = 1; first <= 64 * 70; first += size) {
            timer.beginBatch(first, size);
            timer.recordBatch(Station.RING, 3);
        }
        handOver();
        assertThat(of(interval, Station.RING).getTotalCount()).isEqualTo(70);
    }

    @Test
    void aDisabledOneRecordsNothing() {
        timer.enable(false);
        timer.record(Station.LEARN, 5);
        timer.record(Station.LEARN, 5, 5);
        timer.beginBatch(64, 1);
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
