package io.tagma.tools.run;

import io.tagma.engine.WarmStart;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Workload;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code tagma run} understands whatever the scenario. Filled by the command line, read by the same thread. */
final class RunOptions {
    static final int MAX_SHARDS = 64;

    private static final int MAX_BATCH = 1 << 15;
    private static final double MAX_RATE = 1e9;
    private static final double DEFAULT_SECONDS = 20;
    private static final int DEFAULT_BATCH = 256;
    private static final long DEFAULT_WARM_EVENTS = 100_000;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "Read events from a file, plain or gzip: card-fraud CSV with the columns transaction_id, tx_datetime,"
                            + " customer_id, terminal_id, tx_amount and tx_fraud, intent-desk lines of INTENT<tab>TEXT.")
    @Nullable
    Path input;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where journal, audit and rows live; goes on where an earlier run ended. Default: a new temporary"
                            + " directory, which is kept.")
    @Nullable
    Path dir;

    @Option(
            names = "--standby",
            description = "Wait beside the engine that holds --dir, take its place when it has gone, and go on where it"
                    + " ended.")
    boolean standby;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Submit so many events, as fast as it goes unless --rate is given.")
    @Nullable
    Long events;

    @Option(names = "--seconds", paramLabel = "S", description = "Run so long.")
    @Nullable
    Double seconds;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description =
                    "Events a second, in an open loop; 'max' for as fast as it goes. Default for simulated payments:"
                            + " 100000 for 20 s.")
    @Nullable
    String rate;

    @Option(
            names = "--shards",
            paramLabel = "K",
            description = "Shards, 1 to 64. Default: 1, or those of the directory.")
    @Nullable
    Integer shards;

    @Option(
            names = "--threading",
            paramLabel = "MODE",
            description =
                    "caller, shared, dedicated (the default) or elastic: on whose threads the shards run. elastic:"
                            + " as many as the load needs, and shards move between them.")
    @Nullable
    String threading;

    @Option(
            names = "--threads",
            paramLabel = "MIN:MAX",
            description =
                    "Threads of --threading elastic. Default: 1 to the number of shards or processors, whichever is"
                            + " less.")
    @Nullable
    String threads;

    @Option(names = "--batch", paramLabel = "N", description = "Most frames a shard takes at once. Default: 256.")
    @Nullable
    Integer batch;

    @Option(
            names = "--kernel",
            paramLabel = "NAME",
            description = {
                "Who computes; the decisions are the same to the last bit. scalar, vector, cuda (a GPU from the sizes"
                        + " on at which a",
                "calibration at the start finds it faster; without one the CPU goes on and says so), auto (the default:"
                        + " vector, and",
                "a GPU where there is one), or measured (by size also between scalar and vector)."
            })
    String kernel = "auto";

    @Option(
            names = "--warm-start",
            paramLabel = "N",
            description = "Before the run, put so many recorded events through a second engine, so that the code is"
                    + " compiled. Default: 0, or 100000 with --warm-from.")
    @Nullable
    Long warmEvents;

    @Option(
            names = "--warm-from",
            paramLabel = "DIR",
            description = "Where those events are recorded, by a run of the same scenario. Default: what --dir holds.")
    @Nullable
    Path warmFrom;

    @Option(names = "--seed", paramLabel = "X", description = "Seed of what is simulated.")
    @Nullable
    Long seed;

    @Option(names = "--summary", paramLabel = "FILE.json", description = "Also write the results as JSON.")
    @Nullable
    Path summary;

    /** Checks what can be checked before anything is opened. */
    void check() {
        positive("--events", events);
        if (standby && dir == null) {
            throw ToolException.usage("--standby needs --dir: the directory of the engine to stand beside");
        }
        if (warmEvents != null && warmEvents < 0) {
            throw ToolException.usage("--warm-start must be 0 or more events, e.g. 100000: " + warmEvents);
        }
        if (seconds != null && !(seconds > 0 && seconds <= 1e7)) {
            throw ToolException.usage("--seconds must be above 0, e.g. 20: " + seconds);
        }
        if (shards != null && (shards < 1 || shards > MAX_SHARDS)) {
            throw ToolException.usage("--shards must be 1 to " + MAX_SHARDS + ": " + shards);
        }
        if (batch != null && (batch < 1 || batch > MAX_BATCH)) {
            throw ToolException.usage("--batch must be 1 to " + MAX_BATCH + ", e.g. 256: " + batch);
        }
        rateOr(1);
        threading();
        elastic();
        switch (kernel) {
            case "auto", "scalar", "vector", "cuda", "measured" -> {
                // known
            }
            default ->
                throw ToolException.usage("--kernel must be scalar, vector, cuda or auto, or measured: " + kernel);
        }
    }

    private static void positive(final String option, final @Nullable Long value) {
        if (value != null && value < 1) {
            throw ToolException.usage(option + " must be at least 1: " + value);
        }
    }

    /** How to warm up. */
    WarmStart warmStart() {
        final Long events = warmEvents;
        if (events == null && warmFrom == null) {
            return WarmStart.NONE;
        }
        final long wanted = events == null ? DEFAULT_WARM_EVENTS : events;
        final Path from = warmFrom;
        return from == null ? WarmStart.of(wanted) : WarmStart.of(wanted, from);
    }

    /** How fast and how long, given what the workload is. */
    RunPlan plan(final Workload workload) {
        final boolean open = events == null && seconds == null;
        final double usual = events == null ? workload.defaultRate() : Workload.FLAT_OUT;
        return new RunPlan(
                events == null ? Long.MAX_VALUE : events,
                seconds != null ? seconds : open && workload.isEndless() ? DEFAULT_SECONDS : Double.POSITIVE_INFINITY,
                rateOr(usual),
                threading(),
                elastic(),
                batch == null ? DEFAULT_BATCH : batch);
    }

    private double rateOr(final double otherwise) {
        final String text = rate;
        if (text == null) {
            return otherwise;
        }
        if (text.equalsIgnoreCase("max")) {
            return Workload.FLAT_OUT;
        }
        try {
            final double value = Double.parseDouble(text);
            if (value > 0 && value <= MAX_RATE) {
                return value;
            }
        } catch (final NumberFormatException expected) {
            // said below, together with those out of range
        }
        throw ToolException.usage("--rate must be a number of events a second above 0, or max: " + text);
    }

    private Threading threading() {
        final String text = threading == null ? "dedicated" : threading;
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "caller" -> Threading.CALLER;
            case "shared" -> Threading.SHARED;
            case "dedicated" -> Threading.DEDICATED;
            case "elastic" -> Threading.ELASTIC;
            default -> throw ToolException.usage("--threading must be caller, shared, dedicated or elastic: " + text);
        };
    }

    private ElasticConfig.@Nullable Terms elastic() {
        final String text = threads;
        if (text == null) {
            return null;
        }
        if (threading() != Threading.ELASTIC) {
            throw ToolException.usage(
                    "--threads is for --threading elastic, e.g. --threading elastic --threads 1:4: " + text);
        }
        final String[] bounds = text.split(":", -1);
        try {
            final int min = Integer.parseInt(bounds[0]);
            final int max = Integer.parseInt(bounds[bounds.length - 1]);
            if (bounds.length <= 2 && min >= 1 && max >= min && max <= MAX_SHARDS) {
                return ElasticConfig.Terms.of(min, max);
            }
        } catch (final NumberFormatException expected) {
            // said below, together with those out of range
        }
        throw ToolException.usage(
                "--threads must be MIN:MAX with 1 <= MIN <= MAX <= " + MAX_SHARDS + ", e.g. 1:4: " + text);
    }
}
