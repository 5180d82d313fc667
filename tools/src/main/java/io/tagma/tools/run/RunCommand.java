package io.tagma.tools.run;

import io.tagma.tools.EngineDirectory;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.Scenarios;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tagma run}: drives an engine with a scenario and says how it went. Used by one thread. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a scenario: its events through an engine, journaled, decided, learnt from.",
            "Without arguments simulated card payments, 100,000 a second for 20 s."
        })
public final class RunCommand implements Callable<Integer> {
    private static final String LAYOUT_FILE = "layout";

    private final Terminal terminal;
    private final Scenarios scenarios = new Scenarios();

    @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "Default: card-fraud, or that of the directory.")
    private @Nullable String scenarioName;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Spec
    private @Nullable CommandSpec spec;

    RunCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command with the options of all scenarios. */
    public static CommandLine commandLine(final Terminal terminal) {
        final RunCommand command = new RunCommand(terminal);
        final CommandLine line = new CommandLine(command);
        for (final Scenario scenario : command.scenarios.all()) {
            line.addMixin(scenario.name(), scenario.options());
        }
        final StringBuilder footer = new StringBuilder("%nScenarios:%n");
        for (final Scenario scenario : command.scenarios.all()) {
            footer.append(String.format("  %-18s%s%%n", scenario.name(), scenario.about()));
        }
        line.getCommandSpec().usageMessage().footer(footer.toString());
        return line;
    }

    @Override
    public Integer call() throws IOException {
        return run(options);
    }

    int run(final RunOptions options) throws IOException {
        options.check();
        store.check();
        final StandbySource standby = standby(options);
        final EngineDirectory earlier = earlier(options.dir);
        if (standby != null && earlier == null) {
            throw new ToolException(options.dir
                    + " holds no engine's journal: there is nothing to stand beside. Start the engine first.");
        }
        final Scenario scenario = scenario(earlier);
        refuseDirectoryOfOthers(options.dir, earlier, scenario);
        refuseOptionsOfOthers(scenario);
        final int shards =
                options.shards != null ? options.shards : Math.max(1, earlier == null ? 1 : earlier.shards());
        final Map<String, String> journaled = earlier == null ? Map.of() : earlier.properties();
        final Path summary = options.summary;
        JsonSummary.requireWritable(summary);
        try (OrderlyExit exit = new OrderlyExit();
                Workload workload = scenario.workload(new RunRequest(options.input, options.seed, shards, journaled))) {
            final EngineRun run = new EngineRun(terminal, scenario, workload, options.plan(workload), store, exit);
            if (standby != null) {
                exit.onSignal(standby::stop);
            }
            final RunResult result = run.run(
                    directory(options, scenario),
                    shards,
                    options.kernel,
                    options.warmStart(),
                    earlier != null,
                    standby == null ? EngineSource.LAUNCH : standby);
            if (result == null) {
                return Tagma.EXIT_OK; // a signal ended the wait
            }
            RunSummary.print(terminal.out(), run.heading(), result, workload);
            if (summary != null) {
                RunSummary.write(summary, scenario.name(), result, workload, standby);
            }
            nextSteps(result.directory(), options.dir == null);
        }
        return Tagma.EXIT_OK;
    }

    /** What an earlier run left in the directory, or null when there is nothing yet. */
    private static @Nullable EngineDirectory earlier(final @Nullable Path dir) throws IOException {
        if (dir == null || !Files.exists(dir.resolve(LAYOUT_FILE)) || Files.size(dir.resolve(LAYOUT_FILE)) == 0) {
            return null;
        }
        final EngineDirectory found = EngineDirectory.open(dir);
        return found.isEmpty() ? null : found;
    }

    private @Nullable StandbySource standby(final RunOptions options) {
        final Path dir = options.dir;
        if (!options.standby || dir == null) {
            return null;
        }
        final StandbySource standby = new StandbySource(terminal, dir, SystemNanoClock.INSTANCE);
        standby.awaitJournal(() -> {
            try {
                return earlier(dir) != null;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return standby;
    }

    private Scenario scenario(final @Nullable EngineDirectory earlier) {
        if (scenarioName != null) {
            return scenarios.byName(scenarioName);
        }
        return earlier == null ? scenarios.byName(Scenarios.DEFAULT) : scenarios.of(earlier);
    }

    private static void refuseDirectoryOfOthers(
            final @Nullable Path dir, final @Nullable EngineDirectory earlier, final Scenario chosen) {
        final String made = earlier == null ? null : earlier.properties().get(EngineDirectory.SCENARIO);
        if (made != null && !made.equals(chosen.name())) {
            throw new ToolException(dir + " holds a run of " + made + ", this is " + chosen.name()
                    + ": name another directory, or go on with 'tagma run " + made + "'");
        }
    }

    private void refuseOptionsOfOthers(final Scenario chosen) {
        if (spec == null) {
            return; // another command stands for this one
        }
        for (final OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            for (final Scenario other : scenarios.all()) {
                if (!other.name().equals(chosen.name())
                        && option.userObject() instanceof java.lang.reflect.Field field
                        && field.getDeclaringClass() == other.options().getClass()) {
                    throw ToolException.usage(option.longestName() + " is for the scenario " + other.name()
                            + ", this is " + chosen.name());
                }
            }
        }
    }

    private Path directory(final RunOptions options, final Scenario scenario) throws IOException {
        final Path dir = options.dir;
        return dir != null ? dir : Files.createTempDirectory("tagma-" + scenario.name() + "-");
    }

    private void nextSteps(final Path directory, final boolean temporary) {
        terminal.out().printf("%njournal in %s%n", directory);
        final String word = Terminal.word(directory);
        terminal.out().printf("  tagma replay %s --verify%n", word);
        terminal.out().printf("  tagma audit %s | tail%n", word);
        if (temporary) {
            terminal.out().printf("  rm -r %s%n", word);
        }
    }
}
