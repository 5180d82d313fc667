package io.tagma.tools.audit;

import io.tagma.store.AuditTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma audit}: decisions in the order in which they were journaled. Used by one thread. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints decisions, one a line, also while a live engine makes them.")
public final class AuditCommand implements Callable<Integer> {
    private static final long FOLLOW_PARK_NS = 50_000_000;

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--follow", description = "Wait for more at the end, until interrupted.")
    private boolean follow;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** For the command line of a terminal. */
    public AuditCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final List<AuditTailer> tailers = new ArrayList<>();
        final LineOutput out = new LineOutput(terminal.out());
        try (StoreDirectory source = StoreDirectory.attach(directory)) {
            long damaged;
            do {
                open(source, tailers);
                damaged = copy(new AuditMerge(tailers), out);
            } while (follow && out.flush() && park());
            out.flush();
            if (damaged > 0) {
                terminal.err()
                        .println("tagma: " + damaged + " audit records in " + directory
                                + " cannot be read; the journal has them");
                return Tagma.EXIT_FAILURE;
            }
            return Tagma.EXIT_OK;
        } finally {
            CloseHelper.quietCloseAll(tailers);
        }
    }

    /** Shards come into being one after the other while an engine is launched for the first time. */
    private static void open(final StoreDirectory source, final List<AuditTailer> tailers) {
        while (tailers.size() < source.shards() && EngineDirectory.hasQueue(source.audit(tailers.size()))) {
            tailers.add(AuditTailer.open(source.audit(tailers.size())));
        }
    }

    private long copy(final AuditMerge merge, final LineOutput out) {
        final StringBuilder line = new StringBuilder(256);
        for (AuditTailer next = merge.next(); next != null && !out.isClosed(); next = merge.next()) {
            line.setLength(0);
            if (json) {
                next.toJson(line);
            } else {
                AuditLine.append(next.fields(), line);
            }
            out.line(line);
        }
        return merge.damaged();
    }

    private static boolean park() {
        LockSupport.parkNanos(FOLLOW_PARK_NS);
        return !Thread.currentThread().isInterrupted();
    }
}
