package io.tagma.tools.profile;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.RowRestore;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.RowVersion;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma rollback}: puts a profile row back to what it was, as an input of its own. Used by one thread. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a profile row back to what it was after an earlier input of its shard. The change is journaled",
            "like any input, so it is replayed, audited, and undone by rolling back to the input before it.",
            "The directory must not be held by a running engine."
        })
public final class RollbackCommand implements Callable<Integer> {
    /** Of the smallest ring slot there can be, less its header: any engine's ring takes it. */
    private static final int FRAME_LENGTH = 104;

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Parameters(index = "1", paramLabel = "SUBJECT", description = "Whose row, as KIND:ID, e.g. card:42.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String subjectText;

    @Option(names = "--to", required = true, paramLabel = "SEQ", description = "The input after which it was right.")
    private long to;

    /** For the command line of a terminal. */
    public RollbackCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        StoreDirectory.requireFree(directory); // before the journal is searched, which may take long
        final long subject = ProfileCommand.subject(source, subjectText);
        final PastRows rows = new PastRows(source, subject);
        final String who = source.subjectNames().format(subject);
        final RowVersion version = rows.at(to);
        if (version == null) {
            throw new ToolException("no row for " + who + " after input " + to + " of shard " + rows.shard()
                    + ": nothing had happened to it yet; tagma profile " + directory + " " + who
                    + " --history lists its versions");
        }
        final EngineContext context = rows.context().threading(Threading.CALLER);
        final long before;
        final long after;
        final Engine engine = Engine.launch(context);
        try (engine) {
            before = engine.shard(rows.shard()).sequence();
            submit(engine, subject, version);
            after = engine.shard(rows.shard()).sequence();
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s is as it was after input %d; journaled as input %s of shard %d%nto undo: tagma rollback %s"
                                + " %s --to %d%n",
                        who,
                        to,
                        after == before + 1 ? after : before + 1 + " to " + after,
                        rows.shard(),
                        Terminal.word(directory),
                        Terminal.word(who),
                        before);
        return Tagma.EXIT_OK;
    }

    private void submit(final Engine engine, final long subject, final RowVersion version) {
        final int run = RowRestore.maxFloats(FRAME_LENGTH);
        final RowRestore restore = new RowRestore()
                .subject(subject)
                .toSequence(to)
                .timeNs(version.updatedNs())
                .updatedNs(version.updatedNs());
        for (int first = 0; first < version.floats().length; first += run) {
            restore.floats(version.floats(), first, Math.min(run, version.floats().length - first));
            final int code = engine.submit(restore);
            if (code != SubmitCode.ACCEPTED) {
                throw new ToolException("the row was not put back: " + SubmitCode.describe(code));
            }
            engine.step();
        }
    }
}
