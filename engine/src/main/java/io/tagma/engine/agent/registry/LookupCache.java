package io.tagma.engine.agent.registry;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * Names that one thread has looked up lately, so that it looks them up in a few ns. Owned by that thread, a shard's say, which calls
 * {@link #doWork} once each duty cycle: an entry that has changed or ended is dropped then. Direct-mapped: a name may push out another.
 */
public final class LookupCache implements RegistryWatch.Listener, AutoCloseable {
    private static final int CHANGES_AT_ONCE = 256;

    private final RegistryBackend backend;
    private final String namespace;
    private final @Nullable RegistryEntry[] entries;
    private final int[] hashes; // beside the entries, so that a name that is not there costs no look at an entry
    private final RegistryWatch watch;
    private long version;
    private long misses;
    private long dropped;

    /**
     * An empty cache.
     *
     * @param namespace whose names it keeps
     * @param capacity most names, a power of two
     */
    public LookupCache(final RegistryBackend backend, final String namespace, final int capacity) {
        if (!BitUtil.isPowerOfTwo(capacity)) {
            throw new IllegalArgumentException(
                    "a lookup cache's capacity must be a power of two, e.g. 256: " + capacity);
        }
        this.backend = backend;
        this.namespace = namespace;
        this.entries = new RegistryEntry[capacity];
        this.hashes = new int[capacity];
        this.watch = backend.watch(namespace);
        this.version = backend.version();
    }

    /** The entry of a name as of the last duty cycle or later, or null. */
    public @Nullable RegistryEntry lookup(final String name) {
        final int hash = RegistryEntry.hash(namespace, name);
        final int at = hash & (entries.length - 1);
        if (hashes[at] == hash) {
            final RegistryEntry cached = entries[at];
            if (cached != null && cached.name().equals(name)) {
                return cached;
            }
        }
        misses++;
        final RegistryEntry found = backend.lookup(namespace, name);
        if (found != null) {
            entries[at] = found;
            hashes[at] = hash;
        }
        return found;
    }

    /** Drops what has changed since the last call; one read where nothing has. How many changes were seen. */
    public int doWork() {
        final long now = backend.version();
        if (now == version) {
            return 0;
        }
        int seen = 0;
        int told;
        do {
            told = watch.poll(this, CHANGES_AT_ONCE);
            seen += told;
        } while (told == CHANGES_AT_ONCE);
        version = now; // read before the changes were: one that came between is seen at the next call
        return seen;
    }

    @Override
    public void onChange(final RegistryChange change) {
        final int at = change.entry().hash() & (entries.length - 1);
        final RegistryEntry cached = entries[at];
        if (cached != null && cached.name().equals(change.entry().name())) {
            entries[at] = null;
            dropped++;
        }
    }

    @Override
    public void onLost() {
        Arrays.fill(entries, null);
    }

    /** Lookups that the backend had to answer. */
    public long misses() {
        return misses;
    }

    /** Entries that were dropped because they had changed or ended. */
    public long dropped() {
        return dropped;
    }

    @Override
    public void close() {
        watch.close();
        Arrays.fill(entries, null);
    }
}
