package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.WarmStart;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.observe.Station;
import io.tagma.engine.shard.ShardView;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
import io.tagma.ring.OverflowPolicy;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Workload;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** One run of a scenario from launch to close. Owned by the thread that runs it. */
final class EngineRun {
    private static final int LEAST_RING = 4096;
    private static final int IN_FLIGHT_RINGS = 8;
    private static final long BLOCK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final double NS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final Scenario scenario;
    private final Workload workload;
    private final RunPlan plan;
    private final StoreOptions store;
    private final OrderlyExit exit;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private String heading = "";

    EngineRun(
            final Terminal terminal,
            final Scenario scenario,
            final Workload workload,
            final RunPlan plan,
            final StoreOptions store,
            final OrderlyExit exit) {
        this.terminal = terminal;
        this.scenario = scenario;
        this.workload = workload;
        this.plan = plan;
        this.store = store;
        this.exit = exit;
    }

    /** Runs; returns what came of it, or null when a signal ended the wait for an engine. */
    @Nullable
    RunResult run(
            final Path directory,
            final int shards,
            final String kernel,
            final WarmStart warmStart,
            final boolean resuming,
            final EngineSource source) {
        final int ring = Math.max(LEAST_RING, BitUtil.findNextPositivePowerOfTwo(2 * plan.batch()));
        final DecisionMeter meter =
                new DecisionMeter(workload, clock, shards, IN_FLIGHT_RINGS * ring * shards, plan.paced());
        final Supplier<EngineContext> contexts = () -> context(directory, shards, kernel, warmStart, ring, meter);
        if (resuming) {
            terminal.live("replaying the journal in " + directory);
        }
        try (Engine engine = source.engine(contexts)) {
            terminal.endLive();
            return engine == null ? null : drive(engine, meter, resuming);
        }
    }

    private EngineContext context(
            final Path directory,
            final int shards,
            final String kernel,
            final WarmStart warmStart,
            final int ring,
            final DecisionMeter meter) {
        final EngineContext context = scenario.context(new ScenarioSettings(properties(), shards))
                .directory(directory)
                .threading(plan.threading())
                .kernel(kernel)
                .registry(RegistryConfig.shared())
                .warmStart(warmStart)
                .ringCapacity(ring)
                .overflowPolicy(plan.threading() == Threading.CALLER ? OverflowPolicy.REJECT : OverflowPolicy.BLOCK)
                .blockTimeoutNs(BLOCK_TIMEOUT_NS)
                .listener(meter);
        context.limits().maxBatch(plan.batch());
        store.apply(context);
        final ElasticConfig.Terms elastic = plan.elastic();
        return elastic == null ? context : context.elastic(elastic);
    }

    private Map<String, String> properties() {
        final Map<String, String> properties = new LinkedHashMap<>(workload.properties());
        properties.put(EngineDirectory.SCENARIO, scenario.name());
        return properties;
    }

    private RunResult drive(final Engine engine, final DecisionMeter meter, final boolean resuming) {
        final RunResult.Counts before = RunResult.Counts.of(engine);
        final long[] last = lastCorrelationIds(engine);
        if (resuming) {
            workload.resume(last);
        }
        sayWhatIsMissing(engine);
        heading = heading(engine, Arrays.stream(last).max().orElse(0));
        workload.launched(engine, plan.threading() == Threading.CALLER ? engine::step : () -> {});
        final HeapMeter heap = new HeapMeter();
        final EventLoop loop = new EventLoop(engine, workload, meter, heap, clock, plan);
        exit.onSignal(loop::stop);
        final double bytesPerEvent;
        final long collections;
        try (Progress live = Progress.start(terminal, engine, workload, loop, meter, clock, plan.paced())) {
            loop.run();
            live.tick(); // the line shows where it ended
            bytesPerEvent = heap.bytesPerEvent(loop.events());
            collections = heap.collectionsSinceMark();
        }
        workload.ending();
        terminal.live("closing: the audit catches up");
        engine.close();
        terminal.endLive();
        requireNoFailure(engine);
        workload.closed(engine);
        final LatencyCounts measured = meter.sum();
        final boolean fromDueTimes = measured.total() > 0; // a run may end while it is still warming up
        return new RunResult(
                loop.events(),
                loop.isCutShort(),
                RunResult.Counts.of(engine).since(before),
                engine.rejected(),
                loop.elapsedNs() / NS_PER_SECOND,
                fromDueTimes
                        ? Latency.of(measured)
                        : Latency.of(engine.observers().total(Station.END_TO_END)),
                fromDueTimes,
                fromDueTimes ? loop.warmUpNs() / NS_PER_SECOND : 0,
                RunResult.stations(engine),
                bytesPerEvent,
                collections,
                heap.markEvents(),
                engine.kernels().kernels().name(),
                engine.context().shards(),
                engine.context().directory(),
                meter.first(),
                engine.warmUp(),
                sum(engine, view -> view.journal().counters().excerpts()),
                sum(engine, view -> view.journal().counters().bytes()),
                RunResult.hash(engine));
    }

    private static long[] lastCorrelationIds(final Engine engine) {
        final long[] last = new long[engine.context().shards()];
        for (int shard = 0; shard < last.length; shard++) {
            last[shard] = engine.shard(shard).lastCorrelationId();
        }
        return last;
    }

    private static long sum(final Engine engine, final java.util.function.ToLongFunction<ShardView> figure) {
        long sum = 0;
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            sum += figure.applyAsLong(engine.shard(shard));
        }
        return sum;
    }

    /** Whoever asks for a GPU is told before anything else that there is none, and that nothing is lost but time. */
    private void sayWhatIsMissing(final Engine engine) {
        final KernelsProvider.Selection kernels = engine.kernels();
        if ("cuda".equals(kernels.requested()) && kernels.fallback()) {
            terminal.err().println("tagma: --kernel cuda: " + kernels.reason());
            terminal.err()
                    .println("tagma: the CPU goes on, with the same decisions to the last bit; `tagma doctor` says what"
                            + " it found");
        }
    }

    private static void requireNoFailure(final Engine engine) {
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            final Throwable failure = engine.shard(shard).failure();
            if (failure != null) {
                throw new ToolException("shard " + shard + " stopped: " + failure.getMessage());
            }
        }
    }

    private String heading(final Engine engine, final long lastEvent) {
        final int shards = engine.context().shards();
        return String.format(
                Locale.ROOT,
                "%s: %s; %d %s, %s; %s%s",
                scenario.name(),
                workload.source(),
                shards,
                shards == 1 ? "shard" : "shards",
                plan.threading().name().toLowerCase(Locale.ROOT),
                engine.kernels().reason(),
                lastEvent == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; goes on behind event %,d, state from %s",
                                lastEvent,
                                engine.shard(0).recoveredFrom()));
    }

    /** What ran, in one line. After {@link #run}. */
    String heading() {
        return heading;
    }
}
