package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.FaultLimits;
import io.tagma.engine.WarmStart;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.shard.DeadLetters;
import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.Replay;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Terminal;
import io.tagma.tools.chaos.ChaosPlan;
import io.tagma.tools.chaos.ChaosScenario;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.replay.Scratch;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** One run of card-fraud, calm or with faults on purpose, and the replay of what it left. Owned by the thread that runs it. */
final class ChaosRun {
    /** Sooner than an engine does unless told otherwise: a hang that is found late is one whose end is not waited for. */
    static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Terminal terminal;
    private final RunOptions options;
    private final int shards;
    private final long hangNs;
    private final ChaosPlan plan;
    private final Supplier<ChaosWindows> windows;

    /** Runs of a plan, each with windows of its own. */
    ChaosRun(
            final Terminal terminal,
            final RunOptions options,
            final int shards,
            final long hangNs,
            final ChaosPlan plan,
            final Supplier<ChaosWindows> windows) {
        this.plan = plan;
        this.windows = windows;
        this.terminal = terminal;
        this.options = options;
        this.shards = shards;
        this.hangNs = hangNs;
    }

    /**
     * What came of a run.
     *
     * @param result as of any run
     * @param faults that struck, in their order
     * @param startNs when the first event was submitted, by the clock of the faults
     * @param stalls that the watchdog found, those of nobody's making among them
     * @param restarts of agents
     * @param letters in the directory
     * @param hangs of isolated agents, those of nobody's making among them
     * @param looks that they were asked for
     * @param windows of latencies from each of the plan's faults on, whether they struck or not
     */
    record Outcome(
            RunResult result,
            List<ChaosLog.Fault> faults,
            long startNs,
            long stalls,
            long restarts,
            List<DeadLetter> letters,
            long hangs,
            ChaosLog.Looks looks,
            ChaosWindows windows) {}

    /** Runs, calm or not. */
    Outcome run(final Path directory, final boolean calm) throws IOException {
        final ChaosLog log = new ChaosLog(SystemNanoClock.INSTANCE, hangNs, windows.get());
        final Scenario scenario = new ChaosScenario(new FraudScenario(log), calm ? null : plan);
        final List<Engine> launched = new ArrayList<>();
        final long[] startNs = new long[1];
        final RunResult result;
        try (OrderlyExit exit = new OrderlyExit();
                Workload workload = scenario.workload(new RunRequest(null, options.seed, shards, Map.of()))) {
            final EngineSource source = contexts -> {
                final EngineContext context = contexts.get().faults(FaultLimits.DEFAULT.stallNs(STALL_NS));
                log.watch(context);
                final Engine engine = Engine.launch(context);
                launched.add(engine);
                startNs[0] = context.nanoClock().nanoTime();
                return engine;
            };
            final EngineRun run =
                    new EngineRun(terminal, scenario, workload, options.plan(workload), new StoreOptions(), exit);
            result = Objects.requireNonNull(run.run(directory, shards, options.kernel, WarmStart.NONE, false, source));
        }
        final Engine engine = launched.getFirst();
        final List<Stall> stalls = new ArrayList<>();
        long count = 0;
        for (int shard = 0; shard < shards; shard++) {
            stalls.addAll(engine.observers().watchdog().log(shard).recent());
            count += engine.observers().watchdog().log(shard).count();
        }
        log.match(stalls);
        log.matchHangs();
        final List<DeadLetter> letters;
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            letters = DeadLetters.list(store);
        }
        return new Outcome(
                result,
                log.faults(),
                startNs[0],
                count,
                restarts(engine),
                letters,
                log.hangs(),
                log.looks(),
                log.windows());
    }

    private long restarts(final Engine engine) {
        long sum = 0;
        for (int shard = 0; shard < shards; shard++) {
            sum += engine.shard(shard).agents().stream()
                    .mapToLong(cell -> cell.restarts())
                    .sum();
        }
        return sum;
    }

    /** Replays a directory whole and verifies every decision and hash in it; what differs, or null when the state is that one. */
    @Nullable
    String replay(final Path directory, final String stateHash) throws IOException {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final EngineContext context = new FraudScenario()
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(directory);
        try (Scratch scratch = new Scratch();
                Replay replay = Replay.open(context, scratch.path())) {
            for (int shard = 0; shard < replay.shards(); shard++) {
                final Divergence first = replay.shard(shard).advance(Long.MAX_VALUE, true);
                if (first != null) {
                    return "shard " + shard + " does not replay: " + first;
                }
            }
            final String replayed = io.tagma.engine.shard.StateHashes.format(replay.stateHash());
            return replayed.equals(stateHash) ? null : "the state hash is " + replayed + ", live it was " + stateHash;
        }
    }
}
