package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FraudWorkloadTest {
    private static final int EVENTS = 90_000; // nine days: outcomes have begun
    private static final int STOPPED_AT = 80_000;

    private final Event event = new Event();
    private final Outcome outcome = new Outcome();

    @Test
    void goesOnWithTheSameEventsAndOutcomes() {
        final FraudWorkload whole = workload(1);
        final List<String> expected = new ArrayList<>();
        long events = 0;
        while (events < EVENTS) {
            final int next = whole.next(event, outcome);
            events += next == Workload.EVENT ? 1 : 0;
            if (events > STOPPED_AT || (events == STOPPED_AT && next == Workload.OUTCOME)) {
                expected.add(describe(next));
            }
        }
        final FraudWorkload resumed = workload(1);
        resumed.resume(new long[] {STOPPED_AT});
        final List<String> found = new ArrayList<>();
        while (found.size() < expected.size()) {
            found.add(describe(resumed.next(event, outcome)));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void leavesOutWhatAFasterShardHasAlready() {
        final FraudWorkload resumed = workload(2);
        resumed.resume(new long[] {1_000, 2_000});
        long previous = 1_000;
        while (previous < 3_000) {
            if (resumed.next(event, outcome) == Workload.EVENT) {
                final long id = event.correlationId();
                assertThat(id).isGreaterThan(previous);
                assertThat(id).isGreaterThan(Subjects.shardOf(event.subject(), 2) == 0 ? 1_000 : 2_000);
                previous = id;
            }
        }
    }

    @Test
    void allocatesNothing() {
        final FraudWorkload workload = workload(1);
        submit(workload, EVENTS);
        submit(workload, EVENTS);
        assertThat(Allocation.bytesOf(() -> submit(workload, EVENTS))).isLessThan(EVENTS / 100);
    }

    private void submit(final FraudWorkload workload, final int events) {
        int left = events;
        while (left > 0) {
            left -= workload.next(event, outcome) == Workload.EVENT ? 1 : 0;
        }
    }

    private String describe(final int next) {
        return next == Workload.EVENT
                ? "event " + event.correlationId() + " of " + event.subject() + " at " + event.peer()
                : "outcome for " + outcome.owner();
    }

    private static FraudWorkload workload(final int shards) {
        return FraudWorkload.simulated(new RunRequest(null, 7L, shards, Map.of()));
    }
}
