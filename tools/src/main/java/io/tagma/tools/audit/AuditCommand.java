package io.tagma.tools.audit;

import io.tagma.engine.shard.KernelFacts.Fact;
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

/** {@code tagma audit}: decisions in the order in which they were journaled, or who computed them. Used by one thread. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints decisions, one a line, also while a live engine makes them.",
            "With --kernels, who computed them instead: the kernels of each launch and why these, from which size on",
            "who computes, and each call that failed on a GPU, up to that with which it was left."
        })
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

    @Option(names = "--kernels", description = "Who computed: launches, and calls that failed on a GPU.")
    private boolean kernels;

    /** For the command line of a terminal. */
    public AuditCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return kernels ? facts() : decisions();
    }

    private int facts() {
        final LineOutput out = new LineOutput(terminal.out());
        try (StoreDirectory source = StoreDirectory.attach(directory);
                KernelAudit facts = new KernelAudit()) {
            final StringBuilder line = new StringBuilder(256);
            do {
                facts.open(source);
                for (Fact next = facts.next(); next != null && !out.isClosed(); next = facts.next()) {
                    line.setLength(0);
                    if (json) {
                        KernelAudit.json(next, line);
                    } else {
                        KernelAudit.line(next, line);
                    }
                    out.line(line);
                }
            } while (follow && out.flush() && park());
            out.flush();
            return damaged(facts.damaged(), "journal excerpts", "'tagma verify' names them");
        }
    }

    private int decisions() {
        final List<AuditTailer> tailers = new ArrayList<>();
        final LineOutput out = new LineOutput(terminal.out());
        try (StoreDirectory source = StoreDirectory.attach(directory)) {
            long damaged;
            do {
                open(source, tailers);
                damaged = copy(new AuditMerge(tailers), out);
            } while (follow && out.flush() && park());
            out.flush();
            return damaged(damaged, "audit records", "the journal has them");
        } finally {
            CloseHelper.quietCloseAll(tailers);
        }
    }

    private int damaged(final long count, final String what, final String help) {
        if (count == 0) {
            return Tagma.EXIT_OK;
        }
        terminal.err().println("tagma: " + count + " " + what + " in " + directory + " cannot be read; " + help);
        return Tagma.EXIT_FAILURE;
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
