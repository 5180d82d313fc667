package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.Standby;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Waits beside the engine that holds a directory and takes its place when it has gone. Owned by the thread that runs; {@link
 * #stop} is anyone's.
 *
 * <p>The copy's rows lie in {@code standby/PID} of the directory, so that they can become the engine's by being renamed. What a
 * standby that was killed left there, the next one deletes.
 */
final class StandbySource implements EngineSource {
    private static final double NS_PER_MILLI = 1e6;

    private final Terminal terminal;
    private final Path directory;
    private final NanoClock clock;
    private volatile boolean stopped;
    private double takeOverMs;
    private boolean warm;
    private long takenOverFrom;

    StandbySource(final Terminal terminal, final Path directory, final NanoClock clock) {
        this.terminal = terminal;
        this.directory = directory;
        this.clock = clock;
    }

    /** Ends the wait. */
    void stop() {
        stopped = true;
    }

    /** From when the other engine was found gone until this one ran, ms. */
    double takeOverMs() {
        return takeOverMs;
    }

    /** Whether the copy that had followed became the engine; else it was launched from snapshot and journal. */
    boolean warm() {
        return warm;
    }

    /** Process whose place was taken, 0 when nobody held the directory. */
    long takenOverFrom() {
        return takenOverFrom;
    }

    /** Waits until an engine that holds the directory has begun its journal, which says what the engine is made of. */
    void awaitJournal(final Supplier<Boolean> begun) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        try (StoreDirectory attached = StoreDirectory.attach(directory)) {
            while (!begun.get() && !stopped && attached.holderPid().isPresent()) {
                idle.idle(0);
            }
        }
    }

    @Override
    public @Nullable Engine engine(final Supplier<EngineContext> contexts) {
        final Path scratch = scratch();
        try (Standby standby = Standby.beside(contexts, scratch)) {
            final OptionalLong holder = standby.holderPid();
            terminal.out()
                    .println("standing by "
                            + (holder.isPresent()
                                    ? "beside process " + holder.getAsLong()
                                    : "where no engine is: taking the place at once"));
            terminal.out().flush();
            return await(standby, holder.orElse(0));
        } finally {
            delete(scratch);
        }
    }

    private @Nullable Engine await(final Standby standby, final long beside) {
        takenOverFrom = beside;
        boolean gaveUp = false;
        long goneNs = 0;
        while (!stopped) {
            final OptionalLong holder = standby.holderPid();
            if (standby.follow() && holder.isPresent()) {
                takenOverFrom = holder.getAsLong();
                goneNs = 0;
                terminal.live(String.format(Locale.ROOT, "standing by, at sequence %,d", standby.sequence(0)));
                if (!standby.following() && !gaveUp) {
                    gaveUp = true;
                    terminal.err()
                            .println("tagma: the copy follows no further than sequence " + standby.sequence(0)
                                    + " (see the log); taking over will read snapshot and journal");
                }
                continue;
            }
            goneNs = goneNs == 0 ? clock.nanoTime() : goneNs;
            final Engine engine = standby.tryTakeOver();
            if (engine != null) {
                takeOverMs = (clock.nanoTime() - goneNs) / NS_PER_MILLI;
                warm = standby.continuedCopy();
                terminal.endLive();
                terminal.out().println(described(engine));
                terminal.out().flush();
                return engine;
            }
        }
        terminal.endLive();
        return null;
    }

    private String described(final Engine engine) {
        long inputs = 0;
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            inputs += engine.shard(shard).sequence();
        }
        return String.format(
                Locale.ROOT,
                "took over %sin %.0f ms, %s; %,d inputs are journaled and applied",
                takenOverFrom == 0 ? "" : "from process " + takenOverFrom + " ",
                takeOverMs,
                warm ? "with the state that had followed" : "from snapshot and journal",
                inputs);
    }

    private Path scratch() {
        final Path all = directory.resolve("standby");
        try {
            StoreDirectory.ownerOnly(all);
            try (Stream<Path> left = Files.list(all)) {
                left.filter(path -> !isAlive(path)).forEach(StandbySource::delete);
            }
            final Path own = all.resolve(Long.toString(ProcessHandle.current().pid()));
            StoreDirectory.ownerOnly(own);
            return own;
        } catch (final IOException e) {
            throw new EngineException("no room for a copy of the rows in " + all + ": " + e.getMessage());
        }
    }

    private static boolean isAlive(final Path left) {
        final String name = left.getFileName().toString();
        return name.matches("\\d{1,18}")
                && ProcessHandle.of(Long.parseLong(name))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    private static void delete(final Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
