package io.tagma.tools.council;

import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tagma council}: what belongs to votes. Used by one thread. */
@Command(
        name = "council",
        mixinStandardHelpOptions = true,
        description = "Votes as agents vote, offline.",
        synopsisSubcommandLabel = "COMMAND")
public final class CouncilCommand implements Callable<Integer> {
    private CouncilCommand() {}

    /** The command with those below it, for the command line of a terminal. */
    public static CommandLine commandLine(final Terminal terminal) {
        return new CommandLine(new CouncilCommand()).addSubcommand(new TallyCommand(terminal));
    }

    @Override
    public Integer call() {
        throw ToolException.usage("no command named; there is: tally");
    }
}
