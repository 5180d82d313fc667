package io.tagma.tools.mirror;

import io.tagma.engine.EngineContext;
import io.tagma.engine.Mirror;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.mirror.MirrorMember;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.replay.Scratch;
import io.tagma.tools.run.OrderlyExit;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma mirror}: follows an engine and keeps its shards' state in other processes' memory. Used by one thread. */
@Command(
        name = "mirror",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Keeps the state of a live engine's shards in the memory of other processes: one process a",
            "shard, and one for the parity over them, from which a lost one is made again. The next launch",
            "on the directory, 'tagma run --dir DIR', asks them first, then snapshots, then the journal.",
            "Runs until a signal; when the engine has gone, it writes the last of its state at once and",
            "waits for the next engine. Members stay a while when this process is killed."
        })
public final class MirrorCommand implements Callable<Integer> {
    private static final double NS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MEMBER_WAIT_MS = 200;
    private static final double MOST_SECONDS = 1e6;

    private final Terminal terminal;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private volatile boolean stopped;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine that 'tagma run' runs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(
            names = "--every",
            paramLabel = "S",
            description = "Seconds from one writing of the state to the next. Default: ${DEFAULT-VALUE}.")
    private double everySeconds = 2;

    @Option(
            names = "--linger",
            paramLabel = "S",
            description = "Seconds that a member stays when nobody asks it for anything. Default: ${DEFAULT-VALUE}.")
    private double lingerSeconds = 120;

    @Option(names = "--member", paramLabel = "N", hidden = true, description = "Be a member.")
    private @Nullable Integer member;

    /** For the command line of a terminal. */
    public MirrorCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        seconds("--every", everySeconds);
        seconds("--linger", lingerSeconds);
        final Integer which = member;
        if (which != null) {
            serve(which);
            return Tagma.EXIT_OK;
        }
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final EngineContext context = new Scenarios()
                .of(source)
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(directory);
        try (Scratch scratch = new Scratch();
                Mirror mirror = Mirror.beside(context, scratch.path())) {
            try (OrderlyExit exit = new OrderlyExit()) {
                exit.onSignal(() -> stopped = true);
                keep(mirror);
                mirror.endMembers();
            }
        }
        return Tagma.EXIT_OK;
    }

    private static void seconds(final String option, final double value) {
        if (!(value > 0 && value <= MOST_SECONDS)) {
            throw ToolException.usage(option + " must be seconds above 0, e.g. 2: " + value);
        }
    }

    private void keep(final Mirror mirror) {
        final MemberProcesses processes = new MemberProcesses(directory, mirror.members());
        processes.startMissing();
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (mirror.present() < mirror.members() && !stopped) {
            idle.idle(0);
        }
        terminal.out()
                .println("mirror of " + directory + ": members " + processes.pids() + ", the last holds the parity");
        terminal.out().flush();
        final long everyNs = (long) (everySeconds * TimeUnit.SECONDS.toNanos(1));
        long lookedNs = clock.nanoTime();
        long wroteNs = lookedNs - everyNs;
        boolean missed = false;
        boolean whole = true;
        while (!stopped) {
            final boolean live = mirror.follow();
            final long nowNs = clock.nanoTime();
            if (nowNs - lookedNs >= LOOK_NS) {
                lookedNs = nowNs;
                missed |= processes.startMissing() > 0;
                whole = mirror.present() == mirror.members();
            }
            // An engine that has gone will be back soon, and asks for the last of its state.
            final boolean due = mirror.isStale() && (!live || nowNs - wroteNs >= everyNs);
            if ((due || (missed && whole)) && mirror.write()) {
                missed &= !whole; // who joined has now what the others have
                wroteNs = clock.nanoTime();
                said(mirror, live);
            }
            if (!mirror.following()) {
                throw new ToolException("the journal in " + directory
                        + " does not replay from here on (see the log): the members keep what was before");
            }
        }
    }

    private void said(final Mirror mirror, final boolean live) {
        final String text = String.format(
                Locale.ROOT,
                "written: sequence %,d, %.1f MiB in %.0f ms%s",
                mirror.written(0),
                mirror.bytes() / MIB,
                mirror.writeNs() / NS_PER_MILLI,
                live ? "" : "; no engine holds the directory");
        if (terminal.interactive()) {
            terminal.live(text);
        } else {
            terminal.out().println(text);
            terminal.out().flush();
        }
    }

    private void serve(final int which) {
        try (MirrorMember serving = new MirrorMember(directory, which, clock)) {
            while (!serving.ended() && serving.silentNs() < lingerSeconds * TimeUnit.SECONDS.toNanos(1)) {
                serving.doWork(MEMBER_WAIT_MS);
            }
        }
    }
}
