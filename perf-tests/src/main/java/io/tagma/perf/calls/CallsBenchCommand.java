package io.tagma.perf.calls;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma bench calls}. Used by one thread. */
@Command(
        name = "calls",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Calls a slow service (log-normal latency of mean 2,745 ms, 2 %% errors; time runs faster by a factor),"
                    + " each request by itself",
            "and through the engine's calls: joined, batched, cached, retried within a budget, behind a breaker."
        })
final class CallsBenchCommand implements Callable<Integer> {
    private static final double GOAL = 0.30;
    private static final double HUNDRED = 100;
    private static final int ROUNDS = 20_000;
    private static final int WARM_ROUNDS = 5_000;
    private static final double GOAL_US = 50;
    private static final double HALF = 0.5;
    private static final double MOST = 0.99;

    private final Terminal terminal = Terminal.system();

    @Option(names = "--requests", defaultValue = "2000", description = "Requests, ${DEFAULT-VALUE} unless set.")
    private int requests;

    @Option(names = "--clients", defaultValue = "16", description = "Clients, each waiting for its answer.")
    private int clients;

    @Option(names = "--keys", defaultValue = "500", description = "Different requests; which follows Zipf's law.")
    private int keys;

    @Option(names = "--speed", defaultValue = "500", description = "How much faster time runs.")
    private double speed;

    @Option(names = "--isolated", defaultValue = "2", description = "Isolated agents asked at once about an event.")
    private int isolated;

    @Option(names = "--seed", defaultValue = "42", description = "Of requests and latencies.")
    private long seed;

    @Option(names = "--summary", paramLabel = "FILE", description = "Figures as JSON.")
    private @Nullable Path summary;

    @Override
    public Integer call() throws Exception {
        if (requests < 1 || clients < 1 || isolated < 1 || isolated > 64 || keys < 1 || keys > 65536 || !(speed > 0)) {
            throw new ToolException(
                    "--requests, --clients, --speed must be positive, --keys 1 to 65536, --isolated 1 to 64: "
                            + requests + ", " + clients + ", " + speed + ", " + keys + ", " + isolated);
        }
        final CallsRun run = new CallsRun(requests, clients, keys, speed, seed);
        final CallFigures naive = run.naive();
        final CallFigures joined = run.shielded(false);
        final CallFigures full = run.shielded(true);
        final double saved = 1 - full.totalS() / naive.totalS();
        line("each by itself", naive);
        line("joined, batched", joined);
        line("and cached", full);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%.0f %% less time end to end than each by itself, goal %.0f %%: %s%n",
                        HUNDRED * saved,
                        HUNDRED * GOAL,
                        saved >= GOAL ? "met" : "missed");
        final IsolatedRun asked = new IsolatedRun(isolated, ROUNDS, WARM_ROUNDS).run();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%d isolated agents asked across threads until all have answered: p50 %.1f us, p99 %.1f us,"
                                + " %d not answered; goal p50 %.0f us%n",
                        isolated,
                        asked.us(HALF),
                        asked.us(MOST),
                        asked.unanswered(),
                        GOAL_US);
        if (summary != null) {
            final ObjectMapper mapper = new ObjectMapper();
            final ObjectNode root = mapper.createObjectNode();
            root.put("benchmark", "calls")
                    .put("requests", requests)
                    .put("clients", clients)
                    .put("keys", keys)
                    .put("seed", seed)
                    .put("speed", speed)
                    .put("service_mean_ms", StubService.MEAN_MS);
            fill(root.putObject("naive"), naive);
            fill(root.putObject("joined"), joined);
            fill(root.putObject("calls"), full);
            root.putObject("isolated")
                    .put("agents", isolated)
                    .put("p50_us", asked.us(HALF))
                    .put("p99_us", asked.us(MOST))
                    .put("unanswered", asked.unanswered())
                    .put("goal_p50_us", GOAL_US);
            root.put("ratio", full.totalS() / naive.totalS())
                    .put("saved", saved)
                    .put("goal_saved", GOAL);
            mapper.writerWithDefaultPrettyPrinter().writeValue(summary.toFile(), root);
        }
        return saved >= GOAL ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private void line(final String name, final CallFigures figures) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-16s %8.0f s in all, mean %6.0f ms, p50 %6.0f ms, p99 %6.0f ms, %5d calls, %d unanswered%n",
                        name,
                        figures.totalS(),
                        figures.meanMs(),
                        figures.p50Ms(),
                        figures.p99Ms(),
                        figures.calls(),
                        figures.unanswered());
    }

    private static void fill(final ObjectNode node, final CallFigures figures) {
        node.put("total_s", figures.totalS())
                .put("mean_ms", figures.meanMs())
                .put("p50_ms", figures.p50Ms())
                .put("p99_ms", figures.p99Ms())
                .put("calls", figures.calls())
                .put("unanswered", figures.unanswered());
    }
}
