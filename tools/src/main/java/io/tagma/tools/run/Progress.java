package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.observe.Station;
import io.tagma.tools.Terminal;
import io.tagma.tools.scenario.Workload;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/** The live line of a run: twice a second on a terminal, nothing elsewhere. Owned by the launching thread; prints on one of its own. */
final class Progress implements AutoCloseable {
    private static final long PERIOD_MS = 500;
    private static final double NS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final Engine engine;
    private final Workload workload;
    private final EventLoop loop;
    private final DecisionMeter meter;
    private final NanoClock clock;
    private final boolean paced;
    private final ScheduledExecutorService ticker;
    private long lastNs;
    private long lastDecisions;

    private Progress(
            final Terminal terminal,
            final Engine engine,
            final Workload workload,
            final EventLoop loop,
            final DecisionMeter meter,
            final NanoClock clock,
            final boolean paced) {
        this.terminal = terminal;
        this.engine = engine;
        this.workload = workload;
        this.loop = loop;
        this.meter = meter;
        this.clock = clock;
        this.paced = paced;
        this.ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("tagma-progress").daemon(true).factory());
        this.lastNs = clock.nanoTime();
        this.lastDecisions = decisions();
    }

    /** Starts the line if somebody watches. */
    static Progress start(
            final Terminal terminal,
            final Engine engine,
            final Workload workload,
            final EventLoop loop,
            final DecisionMeter meter,
            final NanoClock clock,
            final boolean paced) {
        final Progress progress = new Progress(terminal, engine, workload, loop, meter, clock, paced);
        if (terminal.interactive()) {
            // Its end is the ticker's; what a tick throws ends the live line and nothing else.
            final ScheduledFuture<?> ignored =
                    progress.ticker.scheduleAtFixedRate(progress::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
        return progress;
    }

    /** Shows where the run is. */
    void tick() {
        final long nowNs = clock.nanoTime();
        final long decisions = decisions();
        final double rate = (decisions - lastDecisions) * NS_PER_SECOND / Math.max(1, nowNs - lastNs);
        final long startNs = loop.startNs();
        lastNs = nowNs;
        lastDecisions = decisions;
        terminal.live(String.format(
                Locale.ROOT,
                "%5.1f s  %,d decisions  %,.0f/s  p99 %s  %s",
                startNs == 0 ? 0 : (nowNs - startNs) / NS_PER_SECOND,
                decisions,
                rate,
                p99(),
                workload.headline()));
    }

    private String p99() {
        final long ns = paced
                ? meter.sum().quantile(0.99)
                : engine.observers().total(Station.END_TO_END).getValueAtPercentile(99);
        return ns == 0 ? "-" : Latency.text(ns);
    }

    private long decisions() {
        long sum = 0;
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            sum += engine.shard(shard).counters().decisions.get();
        }
        return sum;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        terminal.endLive();
    }
}
