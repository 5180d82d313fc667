package io.tagma.engine;

import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardReplay;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import io.tagma.store.mirror.MirrorMember;
import io.tagma.store.mirror.MirrorWriter;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps images of a live engine's shards in the memory of other processes: follows the journals with a copy of the state, which
 * holds every decision and hash against them, and writes the copy's state to {@link MirrorMember members}, one a shard and one for
 * the parity over all. An engine that is launched on the directory asks the members first, then snapshots, then the journal.
 * Owned by one thread. Costs the engine nothing but the reading of its journals.
 *
 * <p>{@snippet :
 * try (Mirror mirror = Mirror.beside(context, scratch)) {
 *     while (mirror.follow()) {
 *         if (due) {
 *             mirror.write();
 *         }
 *     }
 *     mirror.write(); // the engine has gone: to the last input that it journaled
 * }
 * }
 */
public final class Mirror implements AutoCloseable {
    private static final int STEP = 65_536;
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

    private final StoreDirectory directory;
    private final Replay replay;
    private final MirrorWriter writer;
    private final NanoClock clock;
    private final long[] written;
    private final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
    private boolean following = true;
    private long stripes;
    private long writeNs;

    private Mirror(final EngineContext context, final Replay replay) {
        this.replay = replay;
        this.clock = context.nanoClock();
        this.directory = StoreDirectory.attach(context.directory());
        this.writer = new MirrorWriter(context.directory(), replay.shards(), SystemNanoClock.INSTANCE);
        this.written = new long[replay.shards()];
        for (int shard = 0; shard < written.length; shard++) {
            replay.shard(shard).resumeBefore(Long.MAX_VALUE);
        }
    }

    /**
     * Begins to follow an engine.
     *
     * @param context what that engine was launched with, a new one
     * @param scratch an existing directory for the copy's rows; the caller deletes it in the end
     * @throws StoreException when there is no engine's directory yet
     * @throws EngineException when it was made with another configuration
     */
    public static Mirror beside(final EngineContext context, final Path scratch) {
        final Replay replay = Replay.open(context, scratch);
        try {
            return new Mirror(context, replay);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(replay);
            throw e;
        }
    }

    /** How many members there are to be: one a shard, and one for the parity. */
    public int members() {
        return replay.shards() + 1;
    }

    /**
     * Follows a step.
     *
     * @return whether an engine holds the directory
     */
    public boolean follow() {
        int work = 0;
        for (int shard = 0; shard < written.length && following; shard++) {
            final ShardReplay copy = replay.shard(shard);
            final long before = copy.sequence();
            try {
                require(shard, copy.advance(before + STEP, true));
            } catch (final EngineException | StoreException e) {
                giveUp(shard, e);
            }
            work += (int) (copy.sequence() - before);
        }
        idle.idle(work);
        return directory.holderPid().isPresent();
    }

    private static void require(final int shard, final @Nullable Divergence divergence) {
        if (divergence != null) {
            throw new EngineException("shard " + shard + " does not replay: " + divergence);
        }
    }

    private void giveUp(final int shard, final RuntimeException why) {
        // The images that are there stay good: they were taken before anything differed.
        following = false;
        LOG.warn("the mirror follows shard {} no further: {}", shard, why.getMessage());
    }

    /**
     * Writes the state of all shards to the members that are there, each at the end of the batch that it is in.
     *
     * @return whether members hold enough of it to give every image; false too where a shard is in mid-batch at its journal's end
     */
    public boolean write() {
        if (!following) {
            return false;
        }
        final long startNs = clock.nanoTime();
        try {
            for (int shard = 0; shard < written.length; shard++) {
                require(shard, replay.shard(shard).finishBatch());
                if (!replay.shard(shard).isBetweenBatches()) {
                    return false;
                }
            }
            if (writer.begin() < written.length) {
                return false;
            }
            for (int shard = 0; shard < written.length; shard++) {
                replay.shard(shard).image(writer);
            }
        } catch (final EngineException | StoreException e) {
            giveUp(0, e);
            return false;
        }
        final boolean whole = writer.seal() >= 0;
        if (whole) {
            for (int shard = 0; shard < written.length; shard++) {
                written[shard] = replay.shard(shard).sequence();
            }
            stripes++;
            writeNs = clock.nanoTime() - startNs;
        }
        return whole;
    }

    /** Whether the copy has gone on since it was written last. */
    public boolean isStale() {
        for (int shard = 0; shard < written.length; shard++) {
            if (written[shard] != replay.shard(shard).sequence()) {
                return true;
            }
        }
        return false;
    }

    /** How many members are there. */
    public int present() {
        return writer.ping();
    }

    /** Tells the members to end. */
    public void endMembers() {
        writer.endMembers();
    }

    /** Sequence that the copy of a shard has come to. */
    public long sequence(final int shard) {
        return replay.shard(shard).sequence();
    }

    /** Sequence that the members hold of a shard, 0 before the first writing. */
    public long written(final int shard) {
        return written[shard];
    }

    /** How often all shards were written. */
    public long stripes() {
        return stripes;
    }

    /** How long the last writing took, ns. */
    public long writeNs() {
        return writeNs;
    }

    /** Bytes of all images in the last writing. */
    public long bytes() {
        return writer.bytes();
    }

    /** Whether the copy is still following; it gives up at damage. */
    public boolean following() {
        return following;
    }

    /** Stops following. The members keep what they have. */
    @Override
    public void close() {
        writer.close();
        replay.close();
        directory.close();
    }
}
