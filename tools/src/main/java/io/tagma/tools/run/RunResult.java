package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.WarmStart;
import io.tagma.engine.observe.Station;
import io.tagma.engine.shard.ShardCounters;
import io.tagma.engine.shard.ShardView;
import io.tagma.engine.shard.StateHashes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of a run. Immutable.
 *
 * @param events submitted by this run
 * @param stopped whether a signal ended it before its end; not one that came when all was submitted
 * @param counts what the shards counted in this run
 * @param rejected submissions that were not taken
 * @param seconds from the first submission until all was decided
 * @param latency of a decision
 * @param fromDueTimes whether latency counts from the time at which an event was due, in an open loop; if not, from its
 *     submission
 * @param warmUpSeconds how long after the start latency was not yet measured
 * @param stations p50 and p99 of each station in ns, by name
 * @param heapBytesPerEvent allocated by all threads in the steady state
 * @param collections of the garbage collector in the steady state
 * @param steadyFrom the event behind which the steady state begins
 * @param kernel name of the kernels
 * @param shards how many
 * @param directory where the journal is
 * @param first latency of the first decisions, see {@link DecisionMeter#FIRST}; none unless the run has a rate
 * @param warmStart what went before
 * @param excerpts appended to journals by this run
 * @param bytes appended to journals by this run
 * @param stateHash after the last input, as people see it
 */
record RunResult(
        long events,
        boolean stopped,
        Counts counts,
        long rejected,
        double seconds,
        Latency latency,
        boolean fromDueTimes,
        double warmUpSeconds,
        Map<String, StationTimes> stations,
        double heapBytesPerEvent,
        long collections,
        long steadyFrom,
        String kernel,
        int shards,
        Path directory,
        LatencyCounts first,
        WarmStart.Report warmStart,
        long excerpts,
        long bytes,
        String stateHash) {

    /** p50 and p99 of one station in ns. */
    record StationTimes(long p50Ns, long p99Ns) {}

    /**
     * What shards count.
     *
     * @param decisions made
     * @param outcomes that taught
     * @param unmatched outcomes whose decision did not wait any more
     * @param storeFull events decided without agents for want of a row
     * @param faults handlers and rules that threw, and listeners
     * @param expired decisions that gave up waiting for their outcome
     */
    record Counts(long decisions, long outcomes, long unmatched, long storeFull, long faults, long expired) {
        static Counts of(final Engine engine) {
            Counts sum = new Counts(0, 0, 0, 0, 0, 0);
            for (int i = 0; i < engine.context().shards(); i++) {
                final ShardView shard = engine.shard(i);
                final ShardCounters c = shard.counters();
                sum = sum.plus(
                        new Counts(
                                c.decisions.get(),
                                c.outcomes.get(),
                                c.unmatched.get(),
                                c.storeFull.get(),
                                c.faults.get() + shard.listenerFaults(),
                                shard.expired()),
                        1);
            }
            return sum;
        }

        /** What came on top of an earlier count: recovery counts what it replays. */
        Counts since(final Counts before) {
            return plus(before, -1);
        }

        private Counts plus(final Counts other, final int sign) {
            return new Counts(
                    decisions + sign * other.decisions,
                    outcomes + sign * other.outcomes,
                    unmatched + sign * other.unmatched,
                    storeFull + sign * other.storeFull,
                    faults + sign * other.faults,
                    expired + sign * other.expired);
        }
    }

    double eventsPerSecond() {
        return seconds <= 0 ? 0 : events / seconds;
    }

    /** The stations of which there are samples, in the order of an event's way. */
    static Map<String, StationTimes> stations(final Engine engine) {
        final Map<String, StationTimes> stations = new LinkedHashMap<>();
        for (final Station station : Station.values()) {
            final Histogram total = engine.observers().total(station);
            if (total.getTotalCount() > 0) {
                stations.put(
                        station.label(),
                        new StationTimes(total.getValueAtPercentile(50), total.getValueAtPercentile(99)));
            }
        }
        return stations;
    }

    static String hash(final Engine closed) {
        return StateHashes.format(closed.stateHash());
    }
}
