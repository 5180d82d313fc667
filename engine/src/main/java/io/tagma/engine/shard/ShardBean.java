package io.tagma.engine.shard;

import io.tagma.engine.observe.ShardMXBean;
import io.tagma.engine.observe.StallLog;
import java.util.Map;
import java.util.Objects;

/** One shard over JMX. Reads counters that any thread may read. */
final class ShardBean implements ShardMXBean {
    private static final double NS_PER_MS = 1e6;

    private final ShardView view;
    private final EngineObservers observers;

    ShardBean(final ShardView view, final EngineObservers observers) {
        this.view = view;
        this.observers = observers;
    }

    @Override
    public long getSequence() {
        return view.sequence();
    }

    @Override
    public long getEvents() {
        return view.counters().events.get();
    }

    @Override
    public long getReferred() {
        return view.counters().referred.get();
    }

    @Override
    public long getDecisions() {
        return view.counters().decisions.get();
    }

    @Override
    public long getOutcomes() {
        return view.counters().outcomes.get();
    }

    @Override
    public long getUnmatchedOutcomes() {
        return view.counters().unmatched.get();
    }

    @Override
    public int getPendingDecisions() {
        return view.pending();
    }

    @Override
    public long getExpiredDecisions() {
        return view.expired();
    }

    @Override
    public long getFaults() {
        return view.counters().faults.get();
    }

    @Override
    public long getStoreFull() {
        return view.counters().storeFull.get();
    }

    @Override
    public long getIgnored() {
        return view.counters().ignored.get();
    }

    @Override
    public long getBatches() {
        return view.counters().batches.get();
    }

    @Override
    public long getUndelivered() {
        return view.undelivered();
    }

    @Override
    public long getListenerFaults() {
        return view.listenerFaults();
    }

    @Override
    public Map<String, Double> getP50Micros() {
        return Beans.micros(observers, histogram -> histogram.getValueAtPercentile(50));
    }

    @Override
    public Map<String, Double> getP99Micros() {
        return Beans.micros(observers, histogram -> histogram.getValueAtPercentile(99));
    }

    @Override
    public boolean isStalled() {
        return stalls().open() != null;
    }

    @Override
    public long getStalls() {
        return stalls().count();
    }

    @Override
    public double getLongestStallMs() {
        return stalls().longestNs() / NS_PER_MS;
    }

    @Override
    public String getLastStall() {
        return stalls().words();
    }

    private StallLog stalls() {
        return observers.watchdog().log(view.shard());
    }

    @Override
    public long getSwitchOffs() {
        return view.switchOffsBegun();
    }

    @Override
    public long getRestarts() {
        return view.restarts();
    }

    @Override
    public String getLastRestart() {
        return view.lastRestart();
    }

    @Override
    public String getFailure() {
        return Objects.toString(view.failure(), "");
    }
}
