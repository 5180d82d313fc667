package io.tagma.tools.crash;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.RowLock;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that is killed: launches an engine on a directory that may be new, or one that an earlier kill left, decides
 * payments from where the journal ends, and acknowledges each decision in mapped memory. Never ends by itself. Its main thread
 * submits.
 */
public final class CrashChild {
    private static final int RING = 4096;
    private static final long SNAPSHOT_INTERVAL = 20_000;
    private static final long BLOCK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Scenario scenario = new FraudScenario();
    private final Path directory;
    private final Acknowledgements acknowledgements;
    private final Event event = new Event();
    private final Outcome outcome = new Outcome();

    private CrashChild(final Path directory, final Acknowledgements acknowledgements) {
        this.directory = directory;
        this.acknowledgements = acknowledgements;
    }

    /**
     * Runs until it is killed.
     *
     * @param args directory, file of the acknowledgements, seed of the payments, events until a map lock is taken or 0 for never
     */
    public static void main(final String[] args) throws IOException {
        final CrashChild child = new CrashChild(Path.of(args[0]), Acknowledgements.open(Path.of(args[1])));
        child.run(Long.parseLong(args[2]), Long.parseLong(args[3]));
    }

    /** The engine that a child runs and that its parent recovers. */
    static EngineContext context(final Scenario scenario, final Workload workload, final Path directory) {
        final Map<String, String> properties = new LinkedHashMap<>(workload.properties());
        properties.put(EngineDirectory.SCENARIO, scenario.name());
        final EngineContext context = scenario.context(new ScenarioSettings(properties, 1))
                .directory(directory)
                .threading(Threading.DEDICATED)
                .ringCapacity(RING)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .blockTimeoutNs(BLOCK_TIMEOUT_NS)
                .jmx(false);
        context.limits().snapshotInterval(SNAPSHOT_INTERVAL);
        return context;
    }

    static Workload workload(final Scenario scenario, final long seed) throws IOException {
        return scenario.workload(new RunRequest(null, seed, 1, Map.of()));
    }

    private void run(final long seed, final long eventsToLock) throws IOException {
        try (Workload workload = workload(scenario, seed);
                Engine engine =
                        Engine.launch(context(scenario, workload, directory).listener(acknowledgements::add))) {
            workload.resume(new long[] {engine.shard(0).lastCorrelationId()});
            acknowledgements.state(Acknowledgements.DECIDING);
            submit(engine, workload, eventsToLock == 0 ? Long.MAX_VALUE : eventsToLock);
            if (eventsToLock != 0) {
                holdLock();
            }
            awaitTheEnd();
        }
    }

    private void submit(final Engine engine, final Workload workload, final long events) {
        for (long n = 0; n < events && engine.shard(0).lastCorrelationId() < Acknowledgements.MOST; ) {
            final int next = workload.next(event, outcome);
            int code;
            do {
                code = next == Workload.EVENT ? engine.submit(event) : engine.submit(outcome);
            } while (code == SubmitCode.TIMED_OUT);
            if (code != SubmitCode.ACCEPTED) {
                throw new IllegalStateException(SubmitCode.describe(code));
            }
            n += next == Workload.EVENT ? 1 : 0;
        }
    }

    /** The engine goes on deciding what is in its ring, and waits where it comes to insert into that part of the map. */
    private void holdLock() {
        final Path rows;
        try (StoreDirectory attached = StoreDirectory.attach(directory)) {
            rows = attached.profiles(0);
        }
        RowLock.hold(rows, Subjects.of(FraudScenario.CARD, 1), () -> {
            acknowledgements.state(Acknowledgements.LOCKED);
            awaitTheEnd();
        });
    }

    private static void awaitTheEnd() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
