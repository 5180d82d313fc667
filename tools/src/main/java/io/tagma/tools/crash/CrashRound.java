package io.tagma.tools.crash;

import io.tagma.engine.Engine;
import io.tagma.store.StoreVerifier;
import io.tagma.store.VerifyReport;
import io.tagma.tools.ToolException;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * One round: processes that are killed one after another on one directory, and what the launch after them finds. Owned by one
 * thread.
 */
public final class CrashRound {
    private static final long POLL_NS = 200_000;
    private static final long START_LIMIT_NS = TimeUnit.SECONDS.toNanos(120);
    private static final double NS_PER_MS = 1e6;
    private static final int MOST_LIFE_MS = 900;
    private static final int RECOVERY_FROM_MS = 250;
    private static final int RECOVERY_TO_MS = 1600;
    private static final int MOST_EVENTS_TO_LOCK = 20_000;
    private static final double SHARE_KILLED_AGAIN = 0.4;
    private static final double SHARE_LOCKED = 0.25;

    private final int round;
    private final Path directory;
    private final Path side;
    private final long seed;
    private final SplittableRandom random;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private int kills;
    private String how = "";
    private long killedAfterMs;

    /**
     * Prepares.
     *
     * @param directory of the engine, new
     * @param seed of this round: the payments and when what is killed
     */
    public CrashRound(final int round, final Path directory, final long seed) {
        this.round = round;
        this.directory = directory;
        this.side = directory.resolveSibling(directory.getFileName() + ".side");
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** Runs the round. */
    public CrashResult run() throws IOException {
        Files.createDirectories(side);
        try (Acknowledgements told = Acknowledgements.create(side.resolve("acknowledged"))) {
            kill(told, random.nextDouble() < SHARE_LOCKED);
            while (random.nextDouble() < SHARE_KILLED_AGAIN) {
                killWhileRecovering(told);
            }
            return recover(told);
        }
    }

    private void kill(final Acknowledgements told, final boolean locked) throws IOException {
        told.state(0);
        final long eventsToLock = locked ? 1 + random.nextInt(MOST_EVENTS_TO_LOCK) : 0;
        final Process child = start(eventsToLock);
        try {
            await(told, child, Acknowledgements.DECIDING);
            final long beganNs = clock.nanoTime();
            if (locked) {
                await(told, child, Acknowledgements.LOCKED);
                how = "map locked";
            } else {
                waitUntil(child, beganNs + TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(MOST_LIFE_MS)));
                how = "deciding";
            }
            killedAfterMs = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - beganNs);
        } finally {
            end(child);
        }
    }

    /** At any point from the process's start on: before it opens the directory, while it replays, or when it decides again. */
    private void killWhileRecovering(final Acknowledgements told) throws IOException {
        told.state(0);
        final Process child = start(0);
        final long startedNs = clock.nanoTime();
        try {
            final int lifeMs = RECOVERY_FROM_MS + random.nextInt(RECOVERY_TO_MS - RECOVERY_FROM_MS);
            waitUntil(child, startedNs + TimeUnit.MILLISECONDS.toNanos(lifeMs));
            how = told.state() == 0 ? "recovering" : "deciding again";
            killedAfterMs = -TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startedNs);
        } finally {
            end(child);
        }
    }

    private CrashResult recover(final Acknowledgements told) throws IOException {
        final Scenario scenario = new FraudScenario();
        final double recoveryMs;
        final long hash;
        try (Workload workload = CrashChild.workload(scenario, seed)) {
            final long startNs = clock.nanoTime();
            final Engine engine = Engine.launch(CrashChild.context(scenario, workload, directory));
            try (engine) {
                recoveryMs = (clock.nanoTime() - startNs) / NS_PER_MS;
            }
            hash = engine.stateHash();
            final CrashOracle oracle = new CrashOracle(directory);
            oracle.readJournal(told);
            final Path scratch = Files.createDirectories(side.resolve("replay"));
            final String divergence =
                    CrashOracle.replay(CrashChild.context(scenario, workload, directory), scratch, hash);
            return new CrashResult(
                    round,
                    kills,
                    how,
                    killedAfterMs,
                    oracle.acknowledged(),
                    oracle.recovered(),
                    oracle.lost(),
                    oracle.auditWrong(),
                    divergence == null,
                    recoveryMs,
                    first(divergence, oracle.damage(), damage()));
        }
    }

    private @Nullable String damage() {
        final VerifyReport report = new StoreVerifier(directory).verify();
        return report.damage().isEmpty()
                ? null
                : "damaged after recovery: " + report.damage().getFirst();
    }

    private static @Nullable String first(final @Nullable String... reasons) {
        for (final String reason : reasons) {
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    private Process start(final long eventsToLock) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(inheritedFlags());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CrashChild.class.getName()));
        command.addAll(List.of(
                directory.toString(),
                side.resolve("acknowledged").toString(),
                String.valueOf(seed),
                String.valueOf(eventsToLock)));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(side.resolve("stderr").toFile())
                .start();
    }

    // What config/jvm.args says, without what was meant for this process only (heap, agents, caches).
    static List<String> inheritedFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle."))
                .toList();
    }

    private void await(final Acknowledgements told, final Process child, final long state) {
        final long limitNs = clock.nanoTime() + START_LIMIT_NS;
        while (told.state() < state) {
            requireAlive(child);
            if (clock.nanoTime() - limitNs > 0) {
                throw new ToolException("round " + round + ": the engine in " + directory + " did not start within "
                        + TimeUnit.NANOSECONDS.toSeconds(START_LIMIT_NS) + " s" + lastWords());
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private void waitUntil(final Process child, final long whenNs) {
        while (clock.nanoTime() - whenNs < 0) {
            requireAlive(child);
            LockSupport.parkNanos(Math.min(POLL_NS, Math.max(1, whenNs - clock.nanoTime())));
        }
    }

    private void requireAlive(final Process child) {
        if (!child.isAlive()) {
            throw new ToolException("round " + round + ": the engine in " + directory + " ended by itself with "
                    + child.exitValue() + lastWords());
        }
    }

    private String lastWords() {
        try {
            final List<String> lines = Files.readAllLines(side.resolve("stderr"));
            return lines.isEmpty() ? "" : "; it said: " + String.join(" | ", lines);
        } catch (final IOException e) {
            return "";
        }
    }

    private void end(final Process child) {
        child.destroyForcibly();
        child.onExit().join();
        kills++;
    }
}
