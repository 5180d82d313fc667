package io.tagma.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;

/** The harness on a clock of its own: what it counts is exact. */
class OpenLoopTest {
    private static final int RATE = 1_000;
    private static final int REQUESTS = 2_000;
    private static final long US = 1_000;
    private static final long STALL_US = 10_000;

    private final SteppedClock clock = new SteppedClock();
    private final LatencyRecorder recorder = new LatencyRecorder(clock);
    private final OpenLoop loop = new OpenLoop(clock, Pacing.SPIN);

    @Test
    void aTargetThatTakesFiveMicrosecondsIsSeenToTakeFive() {
        final LoadResult result = loop.run(RATE, REQUESTS, recorder, (first, ready) -> serve(first, 5 * US));
        assertThat(result.answered()).isEqualTo(REQUESTS);
        assertThat(result.p50()).isBetween(5.0, 6.5);
        assertThat(result.max()).isLessThan(7.0);
        assertThat(result.saturated()).isFalse();
    }

    @Test
    void requestsThatWaitBehindAStallAreChargedWithTheWait() {
        // Four stalls of 10 ms are 0.2 % of the requests, but 40 of them, 2 %, were due meanwhile and waited 1 to 10
        // ms.
        final LoadResult result = loop.run(
                RATE, REQUESTS, recorder, (first, ready) -> serve(first, first % 500 == 250 ? STALL_US * US : 5 * US));
        assertThat(result.p50()).isLessThan(7.0);
        assertThat(result.p99()).isBetween(5_000.0, 7_000.0);
        assertThat(result.p999()).isBetween(9_900.0, 10_100.0);
        assertThat(recorder.histogram().getCountBetweenValues(US * US, 20 * US * US))
                .isBetween(36L, 40L);
    }

    @Test
    void aTargetThatCannotKeepUpIsGivenUpAndWhatItDidNotAnswerCounts() {
        final LoadResult result = loop.run(RATE, REQUESTS, recorder, (first, ready) -> serve(first, 2_000 * US));
        assertThat(result.saturated()).isTrue();
        assertThat(result.answered()).isBetween(1_400, 1_600);
        assertThat(result.p99()).isGreaterThan(1_000_000.0);
    }

    @Test
    void aTargetThatWorksInBatchesIsOfferedAllThatIsDue() {
        final int[] largest = {0};
        final LoadResult result = loop.run(RATE, REQUESTS, recorder, (first, ready) -> {
            largest[0] = Math.max(largest[0], ready);
            clock.pass(10_000 * US);
            for (int i = first; i < first + ready; i++) {
                recorder.answered(i);
            }
            return ready;
        });
        assertThat(result.saturated()).isFalse();
        assertThat(largest[0]).isBetween(10, 12);
    }

    private int serve(final int request, final long tookNs) {
        clock.pass(tookNs);
        recorder.answered(request);
        return 1;
    }

    /** A clock that moves a microsecond whenever it is looked at. */
    private static final class SteppedClock implements NanoClock {
        private long nowNs;

        @Override
        public long nanoTime() {
            nowNs += US / 2;
            return nowNs;
        }

        void pass(final long ns) {
            nowNs += ns;
        }
    }
}
