package io.tagma.tools;

import io.tagma.tools.audit.AuditCommand;
import io.tagma.tools.checklist.ChecklistCommand;
import io.tagma.tools.council.CouncilCommand;
import io.tagma.tools.crash.CrashTestCommand;
import io.tagma.tools.deadletters.DeadLettersCommand;
import io.tagma.tools.doctor.DoctorCommand;
import io.tagma.tools.eval.EvalCommand;
import io.tagma.tools.market.MarketCommand;
import io.tagma.tools.mirror.MirrorCommand;
import io.tagma.tools.models.ModelsCommand;
import io.tagma.tools.profile.ProfileCommand;
import io.tagma.tools.profile.RollbackCommand;
import io.tagma.tools.registry.RegistryCommand;
import io.tagma.tools.replay.ReplayCommand;
import io.tagma.tools.run.ChaosCommand;
import io.tagma.tools.run.RunCommand;
import io.tagma.tools.run.StandbyCommand;
import io.tagma.tools.spi.BenchCommand;
import io.tagma.tools.train.TrainCommand;
import io.tagma.tools.translate.TranslateCommand;
import io.tagma.tools.tree.TreeCommand;
import io.tagma.tools.variables.VariablesCommand;
import io.tagma.tools.verify.RepairCommand;
import io.tagma.tools.verify.VerifyCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code tagma} command: parses, dispatches, and turns what goes wrong into one line and an exit code. */
@Command(
        name = "tagma",
        version = Tagma.VERSION,
        mixinStandardHelpOptions = true,
        description = "Runs, replays and explains teams of agents that decide in microseconds.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "'tagma COMMAND --help' says more. 'tagma run' needs nothing and takes about 20 s."})
public final class Tagma implements Callable<Integer> {
    /** All went well. */
    public static final int EXIT_OK = 0;

    /** It did not work, or a replay found a difference. */
    public static final int EXIT_FAILURE = 1;

    /** The command line makes no sense. */
    public static final int EXIT_USAGE = 2;

    static final String VERSION = "tagma 0.1.0";

    private final Terminal terminal;

    @Option(
            names = "--debug",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show where an error came from (also TAGMA_DEBUG=1).")
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Tagma(final Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs the command and ends the process. */
    public static void main(final String... arguments) {
        System.exit(execute(Terminal.system(), arguments));
    }

    /** Runs the command; returns the exit code. */
    public static int execute(final Terminal terminal, final String... arguments) {
        final Tagma tagma = new Tagma(terminal);
        final CommandLine line = new CommandLine(tagma);
        line.addSubcommand(RunCommand.commandLine(terminal));
        line.addSubcommand(new RegistryCommand(terminal));
        line.addSubcommand(new ReplayCommand(terminal));
        line.addSubcommand(new AuditCommand(terminal));
        line.addSubcommand(new ProfileCommand(terminal));
        line.addSubcommand(new RollbackCommand(terminal));
        line.addSubcommand(new MirrorCommand(terminal));
        line.addSubcommand(new ModelsCommand(terminal));
        line.addSubcommand(new StandbyCommand(terminal));
        line.addSubcommand(new TrainCommand(terminal));
        line.addSubcommand(new TranslateCommand(terminal));
        line.addSubcommand(VariablesCommand.commandLine(terminal));
        line.addSubcommand(new VerifyCommand(terminal));
        line.addSubcommand(new RepairCommand(terminal));
        line.addSubcommand(new ChaosCommand(terminal));
        line.addSubcommand(new CrashTestCommand(terminal));
        line.addSubcommand(new DeadLettersCommand(terminal));
        line.addSubcommand(new DoctorCommand(terminal));
        line.addSubcommand(new TreeCommand(terminal));
        line.addSubcommand(CouncilCommand.commandLine(terminal));
        line.addSubcommand(MarketCommand.commandLine(terminal));
        line.addSubcommand(EvalCommand.commandLine(terminal));
        line.addSubcommand(ChecklistCommand.commandLine(terminal));
        line.addSubcommand(new CommandLine.HelpCommand());
        if (arguments.length == 0 || arguments[0].equals("help") || !isBuiltIn(line, arguments[0])) {
            line.addSubcommand(bench());
        }
        list(line);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        final ErrorReport errors = new ErrorReport(terminal, () -> tagma.debug);
        line.setParameterExceptionHandler(errors);
        line.setExecutionExceptionHandler(errors);
        return line.execute(arguments.length > 2 && arguments[0].equals("help") ? helpOf(arguments) : arguments);
    }

    private static void list(final CommandLine line) {
        if (!line.getSubcommands().isEmpty()) {
            line.getHelpSectionMap()
                    .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandList());
            line.getSubcommands().values().forEach(Tagma::list);
        }
    }

    /** Help knows commands; what stands below one is asked itself. */
    private static String[] helpOf(final String[] arguments) {
        final String[] asked = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        asked[asked.length - 1] = "--help";
        return asked;
    }

    // Looking for benchmarks reads every jar on the class path: only where one may be meant.
    private static boolean isBuiltIn(final CommandLine line, final String name) {
        return line.getSubcommands().containsKey(name);
    }

    private static CommandLine bench() {
        final CommandLine bench = new CommandLine(new BenchGroup());
        for (final BenchCommand found : ServiceLoader.load(BenchCommand.class)) {
            bench.addSubcommand(found.command());
        }
        return bench;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(terminal.out());
        return EXIT_OK;
    }

    /** The benchmarks that were found. */
    @Command(
            name = "bench",
            mixinStandardHelpOptions = true,
            description = "Measures, beside peers in the same run.",
            synopsisSubcommandLabel = "BENCHMARK")
    static final class BenchGroup implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            throw ToolException.usage("no benchmark named; there are: "
                    + String.join(", ", spec.commandLine().getSubcommands().keySet()));
        }
    }
}
