package io.tagma.perf.footprint;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.perf.recovery.RecoveryProcess;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.ProfileRow;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes of the footprint benchmark: an engine whose agents share one context, and agents that each keep a copy of it. Each fills,
 * works, says what it holds and waits to be killed.
 */
final class FootprintChild {
    private static final int FEATURES = 16;
    private static final int MEMORY_FLOATS = 256;
    private static final int WORK = 200;
    private static final int COLLECTIONS = 3;
    private static final double MIB = 1 << 20;
    private static final double KIB_PER_MIB = 1024;
    private static final Path STATUS = Path.of("/proc/self/status");

    private FootprintChild() {}

    /** What to be: {@code shared DIR ROWS DIMENSION AGENTS} or {@code copies - ROWS DIMENSION AGENTS}. */
    public static void main(final String[] args) throws IOException {
        final int rows = Integer.parseInt(args[2]);
        final int dimension = Integer.parseInt(args[3]);
        final int agents = Integer.parseInt(args[4]);
        final Object held = args[0].equals("shared")
                ? shared(Path.of(args[1]), rows, dimension, agents)
                : copies(rows, dimension, agents);
        try {
            for (int i = 0; i < COLLECTIONS; i++) {
                ManagementFactory.getMemoryMXBean().gc();
            }
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                    .println(RecoveryProcess.ANSWER + "rss=" + rssMib() + " heap="
                            + ManagementFactory.getMemoryMXBean()
                                            .getHeapMemoryUsage()
                                            .getUsed()
                                    / MIB);
            LockSupport.park();
        } finally {
            Reference.reachabilityFence(held); // what is measured is there until the process is killed
        }
    }

    private static double rssMib() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
                .findFirst()
                .orElseThrow();
    }

    /** The context is the shard's rows; every agent answers to every task over them and has a memory of its own. */
    private static Engine shared(final Path directory, final int rows, final int dimension, final int agents) {
        final EngineContext context = new EngineContext()
                .name("footprint")
                .directory(directory)
                .threading(Threading.CALLER)
                .overflowPolicy(OverflowPolicy.REJECT)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .intent(IntentSpec.voted("fill", "nobody", 0.5f, 0.9f))
                .intent(IntentSpec.voted("score", "score", 0.5f, 0.9f))
                .subjectRule(Known::new)
                .limits(new ShardLimits()
                        .profileDimension(dimension)
                        .maxRows(rows)
                        .maxFeatures(FEATURES)
                        .maxBatch(16)
                        .pendingCapacity(64)
                        .snapshotInterval(0)
                        .snapshotsKept(0));
        for (int i = 0; i < agents; i++) {
            context.agent(AgentFactory.of(AgentDescriptor.of("agent-" + i, "score"), Voter::new));
        }
        final Engine engine = Engine.launch(context);
        final Event event = new Event();
        for (int n = 0; n < rows + WORK; n++) {
            event.reset()
                    .correlationId(n + 1L)
                    .subject(Subjects.of(1, 1 + n % rows))
                    .timeNs(n + 1L)
                    .intent(n < rows ? 0 : 1)
                    .value(1f + n % 100);
            while (engine.submit(event) != SubmitCode.ACCEPTED) {
                engine.step();
            }
        }
        while (engine.step() > 0) {
            // until all is applied
        }
        for (int i = 0; i < agents; i++) {
            if (engine.shard(0).agents().get(i).handled() != WORK) {
                throw new IllegalStateException("agent " + i + " did not do its work");
            }
        }
        return engine;
    }

    /** Writes all of a row, so that all of it is there. */
    private static final class Known implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            for (int i = 0; i < FEATURES; i++) {
                features[offset + i] = row.get(i);
            }
            return FEATURES;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            for (int i = 0; i < row.dimension(); i++) {
                row.set(i, task.value(0) + i);
            }
        }
    }

    /** Weighs what it is shown by what it has in its memory. */
    private static final class Voter implements Agent {
        private final float[] memory;

        Voter(final AgentContext context) {
            memory = context.memory(MEMORY_FLOATS);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            float sum = 0;
            for (int i = 0; i < FEATURES; i++) {
                sum = Math.fma(memory[i], task.features()[i], sum);
            }
            memory[(int) (task.correlationId() % MEMORY_FLOATS)] += 1f;
            ballot.logOdds(sum);
        }
    }

    /** The naive design: each agent has a map of its own with the same floats in it. */
    private static List<Map<Long, float[]>> copies(final int rows, final int dimension, final int agents) {
        final List<Map<Long, float[]>> all = new ArrayList<>();
        for (int agent = 0; agent < agents; agent++) {
            final Map<Long, float[]> own = HashMap.newHashMap(rows);
            for (int n = 0; n < rows; n++) {
                final float[] row = new float[dimension];
                for (int i = 0; i < dimension; i++) {
                    row[i] = 1f + n % 100 + i;
                }
                own.put(Subjects.of(1, 1 + n), row);
            }
            all.add(own);
        }
        return all;
    }
}
