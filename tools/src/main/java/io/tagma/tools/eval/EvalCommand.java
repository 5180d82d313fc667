package io.tagma.tools.eval;

import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tagma eval}: what the online models are worth on public data. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Evaluates what is learnt online, on public data and on a simulated trace.",
        synopsisSubcommandLabel = "DATA")
public final class EvalCommand implements Callable<Integer> {
    private EvalCommand() {}

    /** The command with its data sets, for a terminal. */
    public static CommandLine commandLine(final Terminal terminal) {
        final CommandLine eval = new CommandLine(new EvalCommand());
        eval.addSubcommand(new AssignmentCommand(terminal));
        eval.addSubcommand(new ClincCommand(terminal));
        eval.addSubcommand(new DriftCommand(terminal));
        eval.addSubcommand(new ElectricityCommand(terminal));
        eval.addSubcommand(new SensitivityCommand(terminal));
        return eval;
    }

    @Override
    public Integer call() {
        throw ToolException.usage("no data named; there are: assignment, clinc, drift, electricity, sensitivity");
    }
}
