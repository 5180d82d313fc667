package io.tagma.tools.variables;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.VariableCouncil;
import io.tagma.engine.council.variable.SuccessiveHalving;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.observe.CouncilMXBean;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.LiveBean;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import javax.management.RuntimeMBeanException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma variables}: reads, proposes, goes back. Used by one thread. */
@Command(
        name = "variables",
        mixinStandardHelpOptions = true,
        description = {
            "The variables of an engine: of one that runs in another process (reached over JMX by the id of the"
                    + " process",
            "that holds DIR), or of one at rest. A proposal is journaled; the agents whom the variable concerns vote"
                    + " on",
            "it on every shard; where it carries, every shard makes the change at a sequence of its own journal.",
            "",
            "  list                       what there is: value, range, version, policy (the default)",
            "  propose NAME VALUE         a new value; the parts of a composite with ';' between",
            "  history NAME               the newest proposals: who, why, votes, dissent, what came of it",
            "  rollback NAME [VERSION]    propose an earlier version's value, the one before when none is said",
            "  optimise NAME              search a better value of a float by runs of the scenario, then propose it"
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 refused, not carried or nothing better found (nothing was changed), 2 the command"
                    + " makes no sense."
        })
public final class VariablesCommand implements Callable<Integer> {
    private static final LiveBean.Kind<CouncilMXBean> COUNCIL =
            new LiveBean.Kind<>("Council", CouncilMXBean.class, CouncilMXBean::getDirectory);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Parameters(index = "1..*", paramLabel = "COMMAND", arity = "0..*", description = "What is to be done, see above.")
    private List<String> words = List.of();

    @Option(names = "--who", paramLabel = "NAME", description = "Who proposes (default: the user).")
    private String who = System.getProperty("user.name", "unknown");

    @Option(names = "--why", paramLabel = "TEXT", description = "Why (default: 'by hand').")
    private String why = "by hand";

    @Option(
            names = "--goal",
            paramLabel = "KEY",
            defaultValue = "auc",
            description = "optimise: what of the scenario's quality is to grow (default: ${DEFAULT-VALUE}).")
    private String goal = "auc";

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "4",
            description = "optimise: values tried at first; halves of them go on (default: ${DEFAULT-VALUE}).")
    private int candidates;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "optimise: events of a first trial, twice as many for each half (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--seed",
            paramLabel = "X",
            defaultValue = "1",
            description = "optimise: of the values tried (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "JSON, for machines.")
    private boolean json;

    private VariablesCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command, for a terminal. */
    public static CommandLine commandLine(final Terminal terminal) {
        // A value may be negative.
        return new CommandLine(new VariablesCommand(terminal)).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() throws IOException {
        final String command = words.isEmpty() ? "list" : words.getFirst();
        requireShape(command);
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final OptionalLong holder;
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            holder = store.holderPid();
        }
        try {
            if (holder.isPresent()) {
                try (LiveBean<CouncilMXBean> live = LiveBean.attach(COUNCIL, holder.getAsLong(), directory)) {
                    return carryOut(command, live.bean(), source);
                }
            }
            final EngineContext context = new Scenarios()
                    .of(source)
                    .context(new ScenarioSettings(source.properties(), source.shards()))
                    .directory(source.root())
                    .jmx(false)
                    .threading(Threading.CALLER);
            try (Engine engine = Engine.launch(context)) {
                return carryOut(command, new SteppedCouncil(engine), source);
            }
        } catch (final RuntimeMBeanException e) {
            throw new ToolException(String.valueOf(e.getTargetException().getMessage()));
        } catch (final IllegalArgumentException | EngineException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    private void requireShape(final String command) {
        final boolean fits = switch (command) {
            case "list" -> words.size() <= 1;
            case "propose" -> words.size() == 3;
            case "history", "optimise" -> words.size() == 2;
            case "rollback" -> words.size() == 2 || words.size() == 3;
            default -> false;
        };
        if (!fits) {
            throw ToolException.usage("'" + String.join(" ", words)
                    + "' is none of: list | propose NAME VALUE | history NAME | rollback NAME [VERSION] |"
                    + " optimise NAME");
        }
    }

    private int carryOut(final String command, final CouncilMXBean bean, final EngineDirectory source)
            throws IOException {
        return switch (command) {
            case "propose" -> end(bean.propose(who, why, words.get(1), words.get(2)));
            case "rollback" -> end(bean.rollback(who, why, words.get(1), version()));
            case "optimise" -> optimise(bean, source);
            case "history" -> history(bean.history(words.get(1)));
            default -> list(bean.getVariables());
        };
    }

    private int optimise(final CouncilMXBean bean, final EngineDirectory source) throws IOException {
        final String name = words.get(1);
        final Scenario scenario = new Scenarios().of(source);
        final VariableSpec.Real spec =
                scenario.context(new ScenarioSettings(source.properties(), source.shards())).variables().stream()
                        .map(VariableTerms::spec)
                        .filter(one -> one.name().equals(name) && one instanceof VariableSpec.Real)
                        .map(VariableSpec.Real.class::cast)
                        .findFirst()
                        .orElseThrow(
                                () -> ToolException.usage("no float variable '" + name + "' to optimise; see 'list'"));
        final double present = bean.getVariables().stream()
                .filter(row -> name.equals(row.get("name")))
                .mapToDouble(row -> Double.parseDouble(row.get("value")))
                .findFirst()
                .orElse(spec.first());
        final SuccessiveHalving.Result found = new SuccessiveHalving(spec, candidates, events, seed)
                .run(present, new VariableTrials(scenario, source, name, goal));
        if (!found.isBetter()) {
            final String text = String.format(
                    Locale.ROOT,
                    "of %d trials none was better than %s (%s %.4f)",
                    found.trials(),
                    present,
                    goal,
                    found.presentQuality());
            terminal.out()
                    .println(
                            json
                                    ? JSON.writeValueAsString(Map.of("name", name, "applied", false, "reason", text))
                                    : text);
            return Tagma.EXIT_FAILURE;
        }
        final String reason = String.format(
                Locale.ROOT,
                "optimised: %s %.4f, with %s it was %.4f, over %d events",
                goal,
                found.quality(),
                present,
                found.presentQuality(),
                found.budget());
        return end(bean.propose(who, reason, name, Double.toString(found.value())));
    }

    private long version() {
        if (words.size() == 2) {
            return VariableCouncil.PREVIOUS;
        }
        try {
            final long version = Long.parseLong(words.get(2));
            if (version >= 0) {
                return version;
            }
        } catch (final NumberFormatException e) {
            // told below
        }
        throw ToolException.usage("a version is a number from 0, as 'history' shows them: " + words.get(2));
    }

    private int list(final List<Map<String, String>> rows) throws IOException {
        if (json) {
            terminal.out().println(JSON.writeValueAsString(Map.of("variables", rows)));
            return Tagma.EXIT_OK;
        }
        if (rows.isEmpty()) {
            terminal.out().println("this engine has no variables");
        }
        for (final Map<String, String> row : rows) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%-24s %s%s  (%s, %s; default %s)  version %s since input %s  %s%n",
                            row.get("name"),
                            row.get("value"),
                            unit(row),
                            row.get("type"),
                            row.get("range"),
                            row.get("default"),
                            row.get("version"),
                            row.get("sequence"),
                            row.get("policy"));
        }
        return Tagma.EXIT_OK;
    }

    private static String unit(final Map<String, String> row) {
        final String unit = row.getOrDefault("unit", "");
        return unit.isEmpty() ? "" : " " + unit;
    }

    private int history(final List<Map<String, String>> rows) throws IOException {
        if (json) {
            terminal.out().println(JSON.writeValueAsString(Map.of("name", words.get(1), "history", rows)));
            return Tagma.EXIT_OK;
        }
        if (rows.isEmpty()) {
            terminal.out().println("nobody has proposed a value for " + words.get(1));
        }
        for (final Map<String, String> row : rows) {
            terminal.out().println(line(row));
        }
        return Tagma.EXIT_OK;
    }

    private int end(final Map<String, String> row) throws IOException {
        final boolean applied = "APPLIED".equals(row.get("fate"));
        if (json) {
            final Map<String, Object> object = new LinkedHashMap<>(row);
            object.put("applied", applied);
            terminal.out().println(JSON.writeValueAsString(object));
        } else {
            (applied ? terminal.out() : terminal.err()).println((applied ? "" : "nothing was changed: ") + line(row));
        }
        return applied ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private static String line(final Map<String, String> row) {
        final String reason = row.getOrDefault("reason", "");
        final String dissent = row.getOrDefault("dissent", "");
        final String by = String.format(
                Locale.ROOT,
                "%s = %s  by %s (%s)  at input %s  ",
                row.get("name"),
                row.get("value"),
                row.get("who"),
                row.get("why"),
                row.get("sequence"));
        return reason.isEmpty()
                ? by + row.get("fate") + ", version " + row.get("version") + ", " + row.get("yes") + " yes, "
                        + row.get("no") + " no" + (dissent.isEmpty() ? "" : ", against: " + dissent)
                : by + "REFUSED " + row.get("code") + ": " + reason;
    }
}
