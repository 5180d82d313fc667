package io.tagma.tools.run;

import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.chaos.ChaosPlan;
import io.tagma.tools.crash.CrashResult;
import io.tagma.tools.crash.CrashRound;
import io.tagma.tools.fraud.FraudScenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma chaos}: breaks things while a scenario runs, and says what it cost. Used by one thread. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs card-fraud twice at the same rate: calm, and while agents are killed, poisoned with events that",
            "make every handler throw, hung and made to allocate 16 MB, at events that follow from the seed; then",
            "kills a process that decides payments (kill -9) and launches it again. In both runs large payments get",
            "a second look from two isolated agents: 'hang' is one of these, whose work goes to the other while the",
            "payments go on; 'shard-hang' is an agent on a shard's own thread, which costs that shard as long as it",
            "lasts. Shows each fault, how long until it was detected and made good, what was lost, p99 of the",
            "payments in the quarter of a second from each kind of fault on against the same payments of the calm",
            "run, and replays the journal: what was thrown is thrown again, and the state must be the same. Exit 1",
            "where something is lost or the replay differs.",
            "What the poisoned events left: tagma dead-letters DIR."
        })
public final class ChaosCommand implements Callable<Integer> {
    private static final double DEFAULT_RATE = 20_000;
    private static final double DEFAULT_SECONDS = 60;
    private static final double SECONDS_TO_A_FAULT = 3;

    /** How long what a fault may do to others is looked at. */
    private static final double WINDOW_SECONDS = 0.25;

    private static final long LEAST_FAULTS = 5;
    private static final int MOST_HANG_MS = 10_000;
    private static final int MOST_KILLS = 100;

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "card-fraud, the default and the one there is.")
    private String scenario = FraudScenario.NAME;

    @Option(names = "--seconds", paramLabel = "S", description = "Run so long, twice. Default: 60.")
    private @Nullable Double seconds;

    @Option(names = "--events", paramLabel = "N", description = "Submit so many events, twice, instead.")
    private @Nullable Long events;

    @Option(names = "--rate", paramLabel = "R", description = "Events a second, in an open loop. Default: 20000.")
    private double rate = DEFAULT_RATE;

    @Option(names = "--seed", paramLabel = "X", description = "Seed of payments and faults. Default: 1.")
    private long seed = 1;

    @Option(names = "--shards", paramLabel = "K", description = "Shards, 1 to 64. Default: 1.")
    private int shards = 1;

    @Option(
            names = "--hang-ms",
            paramLabel = "MS",
            description = {
                "How long a handler hangs, ms; every second isolated agent ten times as long. It is found after 20 ms.",
                "Default: 60."
            })
    private int hangMs = 60;

    @Option(
            names = "--process-kills",
            paramLabel = "N",
            description = "How many processes are killed afterwards, 0 for none. Default: 1.")
    private int kills = 1;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "A new directory for the engines' directories. Default: a temporary one, which is kept.")
    private @Nullable Path base;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    /** For the command line of a terminal. */
    public ChaosCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        check();
        final Path parent = base == null ? Files.createTempDirectory("tagma-chaos-") : Files.createDirectories(base);
        final ChaosRun run =
                new ChaosRun(terminal, options(), shards, TimeUnit.MILLISECONDS.toNanos(hangMs), plan(), this::windows);
        terminal.live("a calm run first");
        final ChaosRun.Outcome calm = run.run(parent.resolve("calm"), true);
        terminal.live("now with faults");
        final Path directory = parent.resolve("chaos");
        final ChaosRun.Outcome chaos = run.run(directory, false);
        final List<CrashResult> crashes = crashes(parent);
        terminal.live("replaying the journal in " + directory);
        final String difference = run.replay(directory, chaos.result().stateHash());
        terminal.endLive();
        final ChaosReport report = new ChaosReport(plan(), calm, chaos, crashes, difference);
        report.print(terminal.out(), directory);
        summary.write(() -> report.json(seed, rate, shards));
        return report.whole() ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private void check() {
        if (!scenario.equals(FraudScenario.NAME)) {
            throw ToolException.usage(
                    "no faults for the scenario '" + scenario + "'; there are: " + FraudScenario.NAME);
        }
        if (!(rate >= 1 && rate <= 1e7)) {
            throw ToolException.usage("--rate must be 1 to 10000000 events a second: " + rate);
        }
        if (seconds != null && events != null) {
            throw ToolException.usage("give --seconds or --events, not both");
        }
        if (expected() < 2 * (LEAST_FAULTS + 1)) {
            throw ToolException.usage("that is " + expected() + " events, too few for faults: give more of --seconds,"
                    + " --events or --rate");
        }
        if (hangMs < 1 || hangMs > MOST_HANG_MS) {
            throw ToolException.usage("--hang-ms must be 1 to " + MOST_HANG_MS + ": " + hangMs);
        }
        if (kills < 0 || kills > MOST_KILLS) {
            throw ToolException.usage("--process-kills must be 0 to " + MOST_KILLS + ": " + kills);
        }
        options().check();
        checkFiles();
    }

    private void checkFiles() {
        final Path parent = base;
        if (parent != null && (Files.exists(parent.resolve("calm")) || Files.exists(parent.resolve("chaos")))) {
            throw ToolException.usage("--dir " + parent + " holds runs already: give a new directory");
        }
        summary.check();
    }

    private double seconds() {
        return seconds == null ? DEFAULT_SECONDS : seconds;
    }

    private long expected() {
        return events != null ? events : (long) Math.min(1e15, seconds() * rate);
    }

    private ChaosPlan plan() {
        return new ChaosPlan(seed, expected() / (faults() + 1));
    }

    private ChaosWindows windows() {
        final ChaosPlan plan = plan();
        final long window = Math.min((long) (WINDOW_SECONDS * rate), plan.every() / 2);
        return new ChaosWindows(plan, (int) faults() + 1, Math.max(1, window), shards);
    }

    private long faults() {
        return Math.max(LEAST_FAULTS, (long) (expected() / rate / SECONDS_TO_A_FAULT));
    }

    private RunOptions options() {
        final RunOptions options = new RunOptions();
        options.events = events;
        options.seconds = events == null ? Double.valueOf(seconds()) : null;
        options.rate = Double.toString(rate);
        options.seed = seed;
        options.shards = shards;
        return options;
    }

    private List<CrashResult> crashes(final Path parent) throws IOException {
        final List<CrashResult> results = new ArrayList<>();
        for (int i = 1; i <= kills; i++) {
            terminal.live("killing process " + i + " of " + kills);
            results.add(new CrashRound(i, parent.resolve("killed-" + i), seed * MOST_KILLS + i).run());
        }
        return results;
    }
}
