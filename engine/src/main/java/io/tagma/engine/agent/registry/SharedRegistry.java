package io.tagma.engine.agent.registry;

import io.tagma.store.OwnerOnly;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A registry in a mapped file that processes of one user on one machine share. Any thread of any of them reads without waiting; writers take
 * turns. A process that is killed in the middle of a change leaves it done or undone, never half; its entries end when another process
 * calls {@link #doWork}, or asks for their names. Nothing is meant to survive the machine: a file from before its last start is made anew.
 */
public final class SharedRegistry implements RegistryBackend {
    /** What configuration calls it. */
    public static final String KIND = "shared";

    private static final int CHANGES = 1024;
    private static final long LOCK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final Path path;
    private final SharedFile file;
    private final SharedLock lock;
    private final SharedSlots slots;
    private final SharedWriter writer;
    private final long capacity;
    private final Map<LeaseOwner, LeaseOwner> locals = new ConcurrentHashMap<>();
    private final RegistryCounters counters = new RegistryCounters();
    private final boolean opener;
    private final Object turn = new Object();
    private final AtomicLong scanned = new AtomicLong(-1);
    private List<RegistryEntry> known = List.of();
    private List<LeaseOwner> owners = List.of();
    private volatile boolean closed;

    private SharedRegistry(final Path path, final SharedFile file, final EpochClock clock, final boolean opener) {
        this.opener = opener;
        this.path = path;
        this.file = file;
        this.lock = new SharedLock(file, SystemNanoClock.INSTANCE, LOCK_TIMEOUT_NS);
        this.slots = new SharedSlots(file, this::known);
        this.writer = new SharedWriter(file, slots, clock);
        this.capacity = capacityOf(file.slots());
    }

    /** A quarter of the slots stays empty, so that walks are short. */
    private static long capacityOf(final int slots) {
        return (long) slots - slots / 4;
    }

    /**
     * Opens the file, or makes it where it is missing, damaged, of another version, or from before the machine's last start. One process at a time
     * may call this, the owner of the directory; others {@link #attach}.
     *
     * @param capacity most names, at least: rounded up to three quarters of a power of two; a file that is there keeps its own
     */
    public static SharedRegistry open(final Path path, final int capacity, final EpochClock clock) {
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException("a shared registry's capacity must be 1 to 1048576: " + capacity);
        }
        try {
            if (Files.exists(path) && SharedFile.fault(path).isEmpty()) {
                OwnerOnly.file(path);
                return new SharedRegistry(path, SharedFile.map(path, true), clock, true);
            }
            int slots = Math.max(8, BitUtil.findNextPositivePowerOfTwo(capacity));
            slots = capacityOf(slots) < capacity ? 2 * slots : slots;
            // Laid out aside: who attaches finds a whole file or none.
            final Path aside = path.resolveSibling(path.getFileName() + ".tmp");
            Files.deleteIfExists(aside);
            OwnerOnly.file(aside);
            final SharedFile made = SharedFile.make(aside, slots, CHANGES);
            Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new SharedRegistry(path, made, clock, true);
        } catch (final IOException e) {
            throw new StoreException("the registry " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Joins the registry that another process has opened, to register, look up and watch.
     *
     * @throws StoreException when there is none, or it cannot be used; the message says why
     */
    public static SharedRegistry attach(final Path path, final EpochClock clock) {
        requireSound(path);
        return new SharedRegistry(path, SharedFile.map(path, true), clock, false);
    }

    /** The same for looking on alone: nothing is changed, every request is answered {@link RegistryCode#CLOSED}. */
    public static SharedRegistry view(final Path path) {
        requireSound(path);
        return new SharedRegistry(path, SharedFile.map(path, false), () -> 0, false);
    }

    private static void requireSound(final Path path) {
        try {
            if (!Files.exists(path)) {
                throw new StoreException("there is no shared registry " + path
                        + ": the engine has not been launched with one, or was never launched.");
            }
            final String fault = SharedFile.fault(path);
            if (!fault.isEmpty()) {
                throw new StoreException("the registry " + path + " cannot be used: " + fault
                        + ". The next launch of its engine makes it anew.");
            }
        } catch (final IOException e) {
            throw new StoreException("the registry " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** An owner of this process is known by the object that registered, which knows of its end. */
    private LeaseOwner known(final LeaseOwner read) {
        return locals.getOrDefault(read, read);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public CompletionStage<RegistryReply> register(final RegistryEntry wanted) {
        if (wanted.owner().isLocal()) {
            locals.putIfAbsent(wanted.owner(), wanted.owner());
        }
        return submit(new RegistryRequest.Register(wanted));
    }

    @Override
    public CompletionStage<RegistryReply> unregister(
            final String namespace, final String name, final LeaseOwner owner) {
        return submit(new RegistryRequest.Unregister(namespace, name, owner));
    }

    @Override
    public CompletionStage<RegistryReply> update(
            final String namespace, final String name, final Map<String, String> metadata, final LeaseOwner owner) {
        return submit(new RegistryRequest.Update(namespace, name, metadata, owner));
    }

    private CompletionStage<RegistryReply> submit(final RegistryRequest request) {
        final RegistryReply reply;
        synchronized (turn) {
            reply = decide(request);
            counters.count(reply.code());
        }
        return CompletableFuture.completedFuture(reply);
    }

    private RegistryReply decide(final RegistryRequest request) {
        if (closed || !file.writable()) {
            return RegistryReply.of(RegistryCode.CLOSED);
        }
        if (!take()) {
            return RegistryReply.of(RegistryCode.BUSY);
        }
        try {
            if (file.word(SharedFile.LEFT) != 0) {
                return RegistryReply.of(RegistryCode.CLOSED);
            }
            return writer.decide(request, capacity);
        } finally {
            lock.release();
        }
    }

    private boolean take() {
        final int got = lock.acquire();
        if (got == SharedLock.INHERITED) {
            writer.settle();
        }
        return got != SharedLock.BUSY;
    }

    @Override
    public @Nullable RegistryEntry lookup(final String namespace, final String name) {
        return closed ? null : slots.lookup(namespace, name);
    }

    @Override
    public void forEach(final Consumer<RegistryEntry> consumer) {
        if (!closed) {
            slots.forEach(consumer);
        }
    }

    @Override
    public long version() {
        return closed ? 0 : file.word(SharedFile.NEWEST);
    }

    @Override
    public RegistryWatch watch(final @Nullable String namespace) {
        return new Watch(namespace, version());
    }

    @Override
    public int doWork() {
        int ended = 0;
        synchronized (turn) {
            if (closed || !file.writable()) {
                return 0;
            }
            final long version = version();
            if (scanned.get() != version) {
                final List<RegistryEntry> entries = new ArrayList<>();
                slots.forEach(entries::add);
                known = entries;
                owners = entries.stream().map(RegistryEntry::owner).distinct().toList();
                scanned.set(version);
            }
            for (int i = 0; i < owners.size(); i++) {
                if (!owners.get(i).isAlive()) {
                    ended += expireAll(owners.get(i));
                }
            }
            if (ended > 0) {
                locals.values().removeIf(owner -> !owner.isAlive());
            }
        }
        return ended;
    }

    private int expireAll(final LeaseOwner owner) {
        int ended = 0;
        for (final RegistryEntry entry : known) {
            if (entry.owner().equals(owner)) {
                ended += expire(entry) ? 1 : 0;
            }
        }
        return ended;
    }

    private boolean expire(final RegistryEntry entry) {
        if (!take()) {
            return false;
        }
        try {
            final boolean ended = writer.expire(entry);
            if (ended) {
                counters.expired();
            }
            return ended;
        } finally {
            lock.release();
        }
    }

    @Override
    public RegistryStatistics statistics() {
        return counters.statistics(closed ? 0 : file.word(SharedFile.LIVE), capacity);
    }

    /** Takes a file that nobody has an entry in away: who is still attached is told so by {@link RegistryCode#CLOSED}. */
    private void leave() {
        if (!opener || !take()) {
            return;
        }
        try {
            if (file.word(SharedFile.LIVE) == 0) {
                file.word(SharedFile.LEFT, 1);
                Files.deleteIfExists(path);
            }
        } catch (final IOException e) {
            throw new StoreException("the registry " + path + " cannot be deleted: " + e.getMessage(), e);
        } finally {
            lock.release();
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        synchronized (turn) {
            if (!closed) {
                closed = true;
                leave();
                file.close();
            }
        }
    }

    /** A position in the changes. */
    private final class Watch implements RegistryWatch {
        private final @Nullable String namespace;
        private long seen;

        private Watch(final @Nullable String namespace, final long seen) {
            this.namespace = namespace;
            this.seen = seen;
        }

        @Override
        public int poll(final Listener listener, final int limit) {
            final long newest = version();
            int told = 0;
            while (seen < newest && told < limit) {
                final RegistryChange change = SharedWriter.change(file, seen + 1, SharedRegistry.this::known);
                if (change == null) {
                    seen = newest;
                    listener.onLost();
                    return told + 1;
                }
                seen++;
                if (namespace == null || namespace.equals(change.entry().namespace())) {
                    listener.onChange(change);
                    told++;
                }
            }
            return told;
        }

        @Override
        public void close() {
            // a position is all it is
        }
    }
}
