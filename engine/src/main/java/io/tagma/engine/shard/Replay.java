package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.store.StoreDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;

/**
 * Rebuilds an engine's state from its journals alone, without touching the directory: rows go to scratch files. Works
 * beside the live engine that holds the directory, and on what a killed one left. Owned by one thread.
 *
 * <p>{@snippet :
 * try (Replay replay = Replay.open(context.directory(path), scratch)) {
 *     for (int i = 0; i < replay.shards(); i++) {
 *         Divergence first = replay.shard(i).advance(Long.MAX_VALUE, true);
 *     }
 *     long hash = replay.stateHash();
 * }
 * }
 */
public final class Replay implements AutoCloseable {
    private static final int AGENT_LIMIT = 4096;

    private final EngineContext context;
    private final StoreDirectory directory;
    private final Path scratch;
    private final AgentRegistry registry = new AgentRegistry(AGENT_LIMIT);
    private final KernelsProvider.Selection kernels;
    private final List<ShardReplay> opened = new ArrayList<>();

    private Replay(
            final EngineContext context,
            final StoreDirectory directory,
            final Path scratch,
            final KernelsProvider.Selection kernels) {
        this.context = context;
        this.directory = directory;
        this.scratch = scratch;
        this.kernels = kernels;
    }

    /**
     * Attaches to a directory.
     *
     * @param context what the engine was launched with, concluded here; its directory's journals are only read
     * @param scratch an existing directory for the rebuilt rows; the caller deletes it after {@link #close}
     * @throws io.tagma.store.StoreException when it is no engine's directory, or of another layout version
     */
    public static Replay open(final EngineContext context, final Path scratch) {
        context.conclude();
        final KernelsProvider.Selection kernels = usableKernels(context.kernel());
        try {
            return new Replay(context, StoreDirectory.attach(context.directory()), scratch, kernels);
        } catch (final RuntimeException e) {
            kernels.close();
            throw e;
        }
    }

    private static KernelsProvider.Selection usableKernels(final String name) {
        try {
            return KernelsProvider.select(name);
        } catch (final IllegalArgumentException unusable) {
            throw new EngineException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /** What it was opened with, concluded. */
    public EngineContext context() {
        return context;
    }

    /** The agents of all shards that were asked for. */
    public AgentRegistry registry() {
        return registry;
    }

    /** The kernels and why these. */
    public KernelsProvider.Selection kernels() {
        return kernels;
    }

    /** How many shards there are. */
    public int shards() {
        return context.shards();
    }

    /**
     * One shard, at its start when it is asked for the first time.
     *
     * @throws EngineException when its journal is missing, empty, or was made with another configuration
     */
    public ShardReplay shard(final int shard) {
        while (opened.size() <= shard) {
            opened.add(new ShardReplay(context, directory, registry, kernels.kernels(), opened.size(), scratch));
        }
        return opened.get(shard);
    }

    /** One hash for all shards as far as they have been replayed; that of {@link io.tagma.engine.Engine#stateHash}. */
    public long stateHash() {
        final long[] hashes = new long[shards()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = shard(i).stateHash();
        }
        return StateHashes.combine(hashes);
    }

    /** Closes journals and scratch rows. Idempotent. */
    @Override
    public void close() {
        opened.forEach(CloseHelper::quietClose);
        opened.clear();
        directory.close();
        kernels.close();
    }
}
