package io.tagma.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void aDisabledOneRecordsNothing() {
        timer.enable(false);
        timer.record(Station.LEARN, 5);
        timer.record(Station.LEARN, 5, 5);
        timer.enable(true);
        handOver();
        assertThat(of(interval, Station.LEARN).getTotalCount()).isZero();
    }

    private void handOver() {
        for (final Histogram histogram : interval) {
            histogram.reset();
        }
        timer.request();
        timer.duty();
        assertThat(timer.collect(interval, totals)).isTrue();
    }

    private static Histogram of(final Histogram[] set, final Station station) {
        return set[station.index()];
    }
}
