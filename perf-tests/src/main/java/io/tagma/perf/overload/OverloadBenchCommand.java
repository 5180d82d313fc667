package io.tagma.perf.overload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.perf.decision.Payments;
import io.tagma.perf.decision.Scratch;
import io.tagma.perf.decision.SummaryOption;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.fraud.FraudWorld;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench overload}. Used by one thread. */
@Command(
        name = "overload",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Offers card-fraud's agents several times what they can decide, open loop: what is taken must be decided"
                    + " about as soon as before,",
            "the rest rejected at once, memory bounded, and all as before when the load is. Beside it the naive"
                    + " design, whose queue has no bound."
        })
final class OverloadBenchCommand implements Callable<Integer> {
    private static final int SEED = 42;
    private static final int ENGINE_PAYMENTS = 300_000;
    private static final int NAIVE_PAYMENTS_PER_S = 3_000_000;
    private static final int MOST_TAKEN = Integer.MAX_VALUE;
    private static final double AFTER_SECONDS = 2;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long the overload lasts (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--factor",
            paramLabel = "X",
            defaultValue = "4",
            description = "How many times the sustainable rate (default: ${DEFAULT-VALUE}).")
    private double factor;

    @Option(
            names = "--ring",
            paramLabel = "N",
            defaultValue = "256",
            description = "Slots of the ring, a power of two: what can wait (default: ${DEFAULT-VALUE}).")
    private int ring;

    @Option(
            names = "--warm",
            paramLabel = "S",
            defaultValue = "3",
            description = "How long each is warmed up (default: ${DEFAULT-VALUE}).")
    private double warm;

    @Option(
            names = "--naive-seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "How long the naive design is overloaded, whose memory grows meanwhile; 0 for not at all"
                    + " (default: ${DEFAULT-VALUE}).")
    private double naiveSeconds;

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (!(seconds > 0 && seconds <= 600 && naiveSeconds >= 0 && naiveSeconds <= 10)) {
            throw ToolException.usage("--seconds must be above 0 and at most 600, --naive-seconds 0 to 10: " + seconds
                    + ", " + naiveSeconds);
        }
        if (!(warm > 0 && warm <= 60)) {
            throw ToolException.usage("--warm must be above 0 and at most 60: " + warm);
        }
        if (!(factor > 1 && factor <= 100)) {
            throw ToolException.usage("--factor must be above 1 and at most 100: " + factor);
        }
        if (Integer.bitCount(ring) != 1 || ring < 16 || ring > 1 << 20) {
            throw ToolException.usage("--ring must be a power of two, 16 to 1048576: " + ring);
        }
        final Terminal terminal = Terminal.system();
        final Path scratch = Files.createTempDirectory("tagma-overload-");
        final OverloadFigures engine;
        final OverloadFigures naive;
        try {
            terminal.live("overloading the engine");
            engine = engine(scratch);
            terminal.live("overloading the naive design");
            naive = naiveSeconds > 0 ? naive(scratch) : null;
        } finally {
            terminal.endLive();
            Scratch.delete(scratch);
        }
        print(terminal.out(), engine, naive);
        summary.write("overload", root -> write(root, engine, naive));
        return Tagma.EXIT_OK;
    }

    private OverloadFigures engine(final Path scratch) {
        final Answers answers = new Answers(SystemNanoClock.INSTANCE, MOST_TAKEN, 4 * ring);
        final Payments payments = Payments.of(FraudWorld.handbook(SEED), ENGINE_PAYMENTS);
        try (Service service = new EngineService(payments, Scratch.fresh(scratch, "engine"), answers, ring)) {
            return figures(new OverloadRun(SystemNanoClock.INSTANCE, service, answers), warm, seconds);
        }
    }

    private OverloadFigures naive(final Path scratch) {
        // Each is decided once, and the naive design decides some 200,000 a second.
        final int most = (int) (NAIVE_PAYMENTS_PER_S * (Math.min(1, warm) + naiveSeconds));
        final Answers answers = new Answers(SystemNanoClock.INSTANCE, most, most);
        final Payments payments = Payments.of(FraudWorld.handbook(SEED), most);
        try (Service service = new QueueingService(payments, Scratch.fresh(scratch, "naive"), answers)) {
            return figures(
                    new OverloadRun(SystemNanoClock.INSTANCE, service, answers), Math.min(1, warm), naiveSeconds);
        }
    }

    private OverloadFigures figures(final OverloadRun run, final double warmSeconds, final double overloadSeconds) {
        run.capacity(warmSeconds); // compiled
        final double sustainable = run.sustainable(Math.min(1, warmSeconds));
        final Phase steady = run.load(sustainable, Math.max(Math.min(1, warmSeconds), overloadSeconds / 4));
        final Phase overload = run.overload(factor * sustainable, overloadSeconds);
        final double recoveryMs =
                run.recoveryMs(sustainable, Math.min(AFTER_SECONDS, 2 * warmSeconds) + overloadSeconds, steady.p99Us());
        final Phase after = run.load(sustainable, Math.min(1, warmSeconds));
        return new OverloadFigures(sustainable, steady, overload, after, recoveryMs);
    }

    private void print(final PrintStream out, final OverloadFigures engine, final @Nullable OverloadFigures naive) {
        out.printf(
                Locale.ROOT,
                "%n%-8s%-10s%14s%13s%13s%10s%11s%10s%10s%9s%n",
                "",
                "load",
                "offered/s",
                "taken",
                "rejected",
                "p50 us",
                "p99 us",
                "waiting",
                "heap MiB",
                "RSS MiB");
        print(out, "tagma", engine);
        if (naive != null) {
            print(out, "naive", naive);
        }
        out.printf(
                Locale.ROOT,
                "%ntagma: p99 of what is taken under %.1f times the load %.1f times that before, recovered after %.0f"
                        + " ms%n",
                engine.overload().offeredPerS() / engine.sustainablePerS(),
                engine.latencyRatio(),
                engine.recoveryMs());
        if (naive != null) {
            out.printf(
                    Locale.ROOT,
                    "naive: p99 %.0f times that before after %.0f s, recovered after %.0f ms%n",
                    naive.latencyRatio(),
                    naiveSeconds,
                    naive.recoveryMs());
        }
        out.printf(
                Locale.ROOT,
                "- steady: %.0f %% of what each can decide, or as much less as it takes to reject less than one in a"
                        + " thousand;%n  latencies from the intended time of sending; a ring of %d slots, one sender, who"
                        + " when kept from the processor (longest %.1f ms) catches up at twice the rate%n",
                100 * OverloadRun.UTILISATION,
                ring,
                Math.max(engine.steady().longestStallMs(), engine.overload().longestStallMs()));
    }

    private static void print(final PrintStream out, final String name, final OverloadFigures figures) {
        line(out, name, "steady", figures.steady());
        line(out, "", "overload", figures.overload());
        line(out, "", "after", figures.after());
    }

    private static void line(final PrintStream out, final String name, final String load, final Phase phase) {
        out.printf(
                Locale.ROOT,
                "%-8s%-10s%,14.0f%,13d%,13d%,10.1f%,11.1f%,10d%,10.0f%,9.0f%n",
                name,
                load,
                phase.offeredPerS(),
                phase.taken(),
                phase.rejected(),
                phase.p50Us(),
                phase.p99Us(),
                phase.mostWaiting(),
                phase.heapMib(),
                phase.rssMib());
    }

    private void write(final ObjectNode root, final OverloadFigures engine, final @Nullable OverloadFigures naive) {
        root.put("seconds", seconds);
        root.put("factor", factor);
        root.put("ring", ring);
        put(root, engine);
        if (naive != null) {
            put(root.putObject("naive"), naive);
        }
    }

    private static void put(final ObjectNode node, final OverloadFigures figures) {
        node.put("sustainable_per_s", Math.round(figures.sustainablePerS()));
        node.put("overload_per_s", Math.round(figures.overload().offeredPerS()));
        node.put("accepted", figures.overload().taken());
        node.put("rejected", figures.overload().rejected());
        node.put("rejected_steady", figures.steady().rejected());
        node.put("rejected_after", figures.after().rejected());
        node.putObject("p99_us")
                .put("steady", figures.steady().p99Us())
                .put("overload", figures.overload().p99Us())
                .put("after", figures.after().p99Us());
        node.put("latency_ratio", figures.latencyRatio());
        node.put("most_waiting", figures.overload().mostWaiting());
        if (Double.isInfinite(figures.recoveryMs())) {
            node.putNull("recovery_ms");
        } else {
            node.put("recovery_ms", figures.recoveryMs());
        }
        node.putObject("longest_stall_ms")
                .put("steady", figures.steady().longestStallMs())
                .put("overload", figures.overload().longestStallMs())
                .put("after", figures.after().longestStallMs());
        node.putObject("heap_mib")
                .put("steady", figures.steady().heapMib())
                .put("overload", figures.overload().heapMib())
                .put("after", figures.after().heapMib());
        final ObjectNode rss = node.putObject("rss_mib");
        if (!Double.isNaN(figures.overload().rssMib())) {
            rss.put("steady", figures.steady().rssMib())
                    .put("overload", figures.overload().rssMib())
                    .put("after", figures.after().rssMib());
        }
    }
}
