package io.tagma.engine;

import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardReplay;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.DirectoryHeldException;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that waits beside a live engine on the same machine and takes its place when it dies. Owned by one thread.
 *
 * <p>Meanwhile it follows the journals with a copy of the state, which holds every decision against them and compiles the code that
 * it will run, and writes a snapshot every {@link ShardLimits#snapshotInterval} inputs, so that little of the journal is left to
 * replay if the copy should fail: the engine itself may then do without ({@code snapshotInterval(0)}). When the engine dies, the copy
 * applies what is left of the journal and becomes the engine, rows and all, where {@code scratch} is on the file system of the
 * directory and rows have no tiers; elsewhere an engine is launched, which reads the newest snapshot. What the dead engine had acknowledged is in its
 * journal; nothing of it is lost. A machine that dies is another matter: keep a copy elsewhere.
 *
 * <p>{@snippet :
 * try (Standby standby = Standby.beside(this::context, scratch)) {
 *     Engine engine = standby.takeOver(); // returns when the other engine has gone
 * }
 * }
 */
public final class Standby implements AutoCloseable {
    private static final int STEP = 65_536;
    private static final Logger LOG = LoggerFactory.getLogger(Standby.class);

    private final Supplier<EngineContext> contexts;
    private final EngineContext context;
    private final StoreDirectory directory;
    private final Replay replay;
    private final long[] taken;
    private final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
    private boolean following = true;
    private long snapshots;
    private boolean warmly;

    private Standby(final Supplier<EngineContext> contexts, final EngineContext context, final Replay replay) {
        this.contexts = contexts;
        this.context = context;
        this.replay = replay;
        this.directory = StoreDirectory.attach(context.directory());
        this.taken = new long[replay.shards()];
        for (int shard = 0; shard < taken.length; shard++) {
            replay.shard(shard).resumeBefore(Long.MAX_VALUE);
            taken[shard] = replay.shard(shard).sequence();
        }
    }

    /**
     * Begins to follow an engine.
     *
     * @param contexts gives what that engine was launched with, a new one each time
     * @param scratch an existing directory for the copy's rows, on the file system of the engine's if the copy
     *     is to become the engine; the caller deletes it in the end
     * @throws StoreException when there is no engine's directory yet
     * @throws EngineException when it was made with another configuration
     */
    public static Standby beside(final Supplier<EngineContext> contexts, final Path scratch) {
        final EngineContext context = contexts.get();
        final Replay replay = Replay.open(context, scratch);
        try {
            return new Standby(contexts, context, replay);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(replay);
            throw e;
        }
    }

    /**
     * Follows a step.
     *
     * @return whether an engine holds the directory
     */
    public boolean follow() {
        int work = 0;
        for (int shard = 0; shard < taken.length && following; shard++) {
            work += follow(replay.shard(shard), shard);
        }
        idle.idle(work);
        return directory.holderPid().isPresent();
    }

    private int follow(final ShardReplay copy, final int shard) {
        final long before = copy.sequence();
        try {
            final Divergence divergence = copy.advance(before + STEP, true);
            if (divergence != null) {
                throw new EngineException("the journal does not replay: " + divergence);
            }
            final long interval = context.limits().snapshotInterval();
            if (interval > 0 && copy.sequence() - taken[shard] >= interval && copy.isBetweenBatches()) {
                copy.snapshot();
                taken[shard] = copy.sequence();
                snapshots++;
            }
        } catch (final EngineException | StoreException e) {
            // The launch will say it again, if it matters then; until then the engine is alive and the wait goes on.
            following = false;
            LOG.warn("shard {} is not followed any more: {}", shard, e.getMessage());
        }
        return (int) (copy.sequence() - before);
    }

    /** Id of the process whose engine is being followed, empty when there is none. */
    public OptionalLong holderPid() {
        return directory.holderPid();
    }

    /**
     * Launches an engine on the directory, if no other holds it: that of this process's own copy where it could follow to the
     * journal's end, which takes no longer than that, else from snapshot and journal.
     *
     * @return the engine; null when another holds the directory, which is then the one to follow
     * @throws EngineException or {@link StoreException} when the launch fails
     */
    public @Nullable Engine tryTakeOver() {
        return directory.holderPid().isPresent() ? null : launch();
    }

    /**
     * Follows until no engine holds the directory, then launches one on it.
     *
     * @throws EngineException or {@link StoreException} when the launch fails for another reason than that another standby was faster
     */
    public Engine takeOver() {
        @Nullable Engine engine = null;
        while (engine == null) {
            while (follow()) {
                Thread.onSpinWait();
            }
            engine = launch();
        }
        return engine;
    }

    private @Nullable Engine launch() {
        try {
            final Engine warm = following ? continueCopy() : null;
            warmly = warm != null;
            return warm != null ? warm : Engine.launch(contexts.get());
        } catch (final DirectoryHeldException e) {
            return null; // somebody was faster: behind that one, then; or the dead one's locks are still being taken
            // down
        }
    }

    private @Nullable Engine continueCopy() {
        try {
            return Engine.takeOver(replay);
        } catch (final DirectoryHeldException e) {
            throw e; // nothing was touched yet: the copy can go on following
        } catch (final EngineException | StoreException e) {
            return giveUp(e);
        }
    }

    private @Nullable Engine giveUp(final RuntimeException why) {
        following = false;
        LOG.warn("the copy cannot go on as the engine, which is launched anew: {}", why.getMessage());
        return null;
    }

    /** Whether the engine that was launched goes on with the copy's state, rather than with what it read. */
    public boolean continuedCopy() {
        return warmly;
    }

    /** Whether the copy is still following; it gives up at damage. */
    public boolean following() {
        return following;
    }

    /** Sequence that the copy of a shard has come to. */
    public long sequence(final int shard) {
        return replay.shard(shard).sequence();
    }

    /** Snapshots written so far. */
    public long snapshots() {
        return snapshots;
    }

    /** Stops following; an engine that was launched goes on. */
    @Override
    public void close() {
        replay.close();
        directory.close();
    }
}
