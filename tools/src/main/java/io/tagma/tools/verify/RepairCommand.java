package io.tagma.tools.verify;

import io.tagma.store.Repair;
import io.tagma.store.StoreRepair;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma repair}: puts damaged blocks right. Used by one thread. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Restores the damaged blocks of a directory whose engine was closed in order: from parity where one block of 64 KiB",
            "is damaged, else from a copy. Profile rows that cannot be restored are built anew at the next launch. Exit 1 if",
            "something stays damaged. Can be killed and run again."
        })
public final class RepairCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine that does not run.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--from", paramLabel = "COPY", description = "A copy of the directory, to take blocks from.")
    private @Nullable Path from;

    /** For the command line of a terminal. */
    public RepairCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final List<Repair> repairs = repair();
        long left = 0;
        for (final Repair repair : repairs) {
            left += repair.done() ? 0 : 1;
            terminal.out()
                    .println((repair.done() ? "restored " : "DAMAGED  ") + repair.file()
                            + (repair.offset() < 0 ? "" : " at byte " + repair.offset()) + ": " + repair.what());
        }
        terminal.out().printf(Locale.ROOT, "%-12s%,d%n", "restored", repairs.size() - left);
        terminal.out().printf(Locale.ROOT, "%-12s%,d%n", "damaged", left);
        return left == 0 ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private List<Repair> repair() {
        terminal.live("reading everything in " + directory);
        try {
            return StoreRepair.run(directory, from);
        } finally {
            terminal.endLive();
        }
    }
}
