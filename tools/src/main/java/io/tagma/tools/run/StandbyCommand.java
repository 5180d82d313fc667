package io.tagma.tools.run;

import io.tagma.tools.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma standby}: waits beside a live engine and takes its place when it dies. Used by one thread. */
@Command(
        name = "standby",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Follows a live engine's journals with a copy of its state. When the process that holds the",
            "directory has gone, however it went, the copy becomes the engine and goes on with the",
            "scenario behind the last event that was journaled. Nothing acknowledged is lost. A process",
            "that is only paused keeps its place, and of several standbys one takes it.",
            "How fast and how long it then goes on is said here, as for 'tagma run', not by the engine that died.",
            "The same as 'tagma run --standby --dir DIR'."
        })
public final class StandbyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine that 'tagma run' runs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--events", paramLabel = "N", description = "After taking over, submit so many events.")
    private @Nullable Long events;

    @Option(names = "--seconds", paramLabel = "S", description = "After taking over, run so long.")
    private @Nullable Double seconds;

    @Option(names = "--rate", paramLabel = "R", description = "Events a second, or 'max'; as for 'tagma run'.")
    private @Nullable String rate;

    @Option(names = "--input", paramLabel = "FILE", description = "The file that the other run reads its events from.")
    private @Nullable Path input;

    @Option(names = "--summary", paramLabel = "FILE.json", description = "Also write the results as JSON.")
    private @Nullable Path summary;

    /** For the command line of a terminal. */
    public StandbyCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final RunOptions options = new RunOptions();
        options.dir = directory;
        options.standby = true;
        options.events = events;
        options.seconds = seconds;
        options.rate = rate;
        options.input = input;
        options.summary = summary;
        return new RunCommand(terminal).run(options);
    }
}
