package io.tagma.perf.decision;

import io.tagma.perf.load.LoadResult;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.fraud.FraudWorld;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The JVM in which one variant runs: takes commands from its standard input and answers each with one line of {@code key=value} pairs, until the
 * input ends. Its main thread is the harness's thread.
 *
 * <p>{@code warm THREADING SECONDS}, {@code throughput}, {@code latency RATE SECONDS} measure; {@code survive} decides, acknowledging through a mapped
 * file, until it is killed.
 */
public final class BenchChild {
    /** What an answer begins with; other lines are noise. */
    static final String ANSWER = "@";

    /** Holds the number of acknowledged decisions, i64 little-endian, beside the variant's files. */
    static final String ACKNOWLEDGEMENTS = "acknowledged";

    /** Holds the process id of a Redis server that outlives its client. */
    static final String SERVER_PID = "server.pid";

    private static final int PAGE = 4096;

    private final Variant variant;
    private final Payments payments;
    private final Path directory;
    private final VariantRuns runs;

    private BenchChild(final Variant variant, final Payments payments, final Path directory) {
        this.variant = variant;
        this.payments = payments;
        this.directory = directory;
        this.runs = new VariantRuns(variant, payments, directory);
    }

    /**
     * Runs until the standard input ends.
     *
     * @param args variant, directory for its files, number of payments, seed
     */
    public static void main(final String[] args) {
        final Variant variant = Variant.of(args[0]).orElseThrow();
        final Path directory = Path.of(args[1]);
        final FraudWorld world = FraudWorld.handbook(Long.parseLong(args[3]));
        final BenchChild child = new BenchChild(variant, Payments.of(world, Integer.parseInt(args[2])), directory);
        answer("ready=1");
        final BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                answer(child.obey(line.split(" ", -1)));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        System.exit(0); // also where a variant's threads linger
    }

    private static void answer(final String pairs) {
        System.out.println(ANSWER + ' ' + pairs);
        System.out.flush();
    }

    private String obey(final String[] command) throws IOException {
        return switch (command[0]) {
            case "warm" -> warm(Threading.valueOf(command[1]), Double.parseDouble(command[2]));
            case "throughput" -> throughput();
            case "latency" -> latency(Integer.parseInt(command[1]), Double.parseDouble(command[2]));
            case "survive" -> survive();
            default -> throw new IllegalArgumentException("no such command: " + command[0]);
        };
    }

    private String warm(final Threading threading, final double seconds) {
        runs.warm(threading, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
        return "warm=1";
    }

    private String throughput() {
        final VariantRuns.Throughput result = runs.throughput();
        return "decisions_per_s=" + result.decisionsPerS() + " heap_bytes=" + result.heapBytesPerDecision() + " cpu_ns="
                + result.cpuNsPerDecision() + " events=" + result.events() + " auc=" + result.auc() + " ap="
                + result.ap();
    }

    private String latency(final int ratePerSecond, final double seconds) {
        final LoadResult result = runs.latency(ratePerSecond, seconds);
        return "p50=" + result.p50() + " p99=" + result.p99() + " p999=" + result.p999() + " max=" + result.max()
                + " requests=" + result.requests() + " answered=" + result.answered();
    }

    /** Decides everything, tells each decision to memory that outlives this process, and then waits for its end. */
    private String survive() throws IOException {
        final UnsafeBuffer shared = new UnsafeBuffer(
                IoUtil.mapNewFile(directory.resolve(ACKNOWLEDGEMENTS).toFile(), PAGE));
        final DecisionSink sink = new DecisionSink(payments.count(), shared);
        final Path own = Scratch.fresh(directory, "run");
        final Decider decider = variant.factory(Threading.DEDICATED).create(payments, own, sink);
        if (decider instanceof RedisDecider redis) {
            Files.writeString(directory.resolve(SERVER_PID), String.valueOf(redis.serverPid()));
        }
        answer("deciding=1");
        decider.run(payments.count());
        return "decided=" + payments.count();
    }
}
