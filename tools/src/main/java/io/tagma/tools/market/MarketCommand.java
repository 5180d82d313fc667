package io.tagma.tools.market;

import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tagma market}: what can be done with a market and no engine. */
@Command(
        name = "market",
        mixinStandardHelpOptions = true,
        description = "Clears auctions with the rules of the engine.",
        synopsisSubcommandLabel = "COMMAND")
public final class MarketCommand implements Callable<Integer> {
    private MarketCommand() {}

    /** For the command line of a terminal. */
    public static CommandLine commandLine(final Terminal terminal) {
        return new CommandLine(new MarketCommand()).addSubcommand(new ClearCommand(terminal));
    }

    @Override
    public Integer call() {
        throw ToolException.usage("no command named; there is: clear");
    }
}
