package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.registry.RegistryChange.Kind;
import io.tagma.engine.agent.registry.RegistryRequest.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.EpochClock;
import org.jspecify.annotations.Nullable;

/**
 * The names that hash to one part of a heap registry. One thread at a time is its writer: whoever comes while there is none decides his own
 * request and those that others have left meanwhile (flat combining; Hendler, Incze, Shavit and Tzafrir, SPAA 2010). Nobody waits for a lock,
 * and a request that is left is decided by the writer of the moment. Reads need no writer.
 */
final class HeapPartition {
    private static final int COMBINED = 64;
    private static final int MOST_LEFT = 4096;
    private static final int MOST_SPINS = 100_000;

    private final RegistryTable table = new RegistryTable();
    private final EntryIndex index = new EntryIndex();
    private final ChangeRing changes = new ChangeRing();
    private final RegistryCounters counters = new RegistryCounters();
    private final Map<LeaseOwner, Holder> holders = new HashMap<>();
    private final Queue<RegistryRequest> left = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicInteger free;
    private final EpochClock clock;
    private volatile int size;

    /** An owner, the very object that registered, and how many entries it has here. */
    private static final class Holder {
        private final LeaseOwner owner;
        private int entries;

        private Holder(final LeaseOwner owner) {
            this.owner = owner;
        }
    }

    HeapPartition(final AtomicInteger free, final EpochClock clock) {
        this.free = free;
        this.clock = clock;
    }

    /** Decides a request, or leaves it to the writer of the moment. */
    void submit(final RegistryRequest request) {
        if (left.isEmpty() && writing.compareAndSet(false, true)) {
            try {
                decide(request);
            } finally {
                writing.set(false);
            }
            request.complete();
        } else if (waiting.incrementAndGet() <= MOST_LEFT) {
            left.add(request);
        } else {
            waiting.decrementAndGet();
            request.decided(RegistryReply.of(RegistryCode.BUSY));
            request.complete();
        }
        // Looked at after the role was given back: what is left between the writer's last look and that is not
        // forgotten.
        drain();
    }

    private void drain() {
        List<RegistryRequest> decided = List.of();
        while (!left.isEmpty() && writing.compareAndSet(false, true)) {
            decided = new ArrayList<>();
            try {
                RegistryRequest request = left.poll();
                while (request != null) {
                    waiting.decrementAndGet();
                    decide(request);
                    decided.add(request);
                    request = decided.size() < COMBINED ? left.poll() : null;
                }
            } finally {
                writing.set(false);
            }
            decided.forEach(RegistryRequest::complete);
        }
    }

    private void decide(final RegistryRequest request) {
        final RegistryEntry present = table.get(request.hash(), request.namespace, request.name);
        final Verdict verdict = request.decide(present);
        final Kind change = verdict.change();
        final RegistryEntry wanted = verdict.entry();
        if (change == null || wanted == null) {
            answer(request, verdict.code(), wanted);
        } else if (change == Kind.UP && !reserve()) {
            answer(request, RegistryCode.FULL, null);
        } else {
            answer(request, verdict.code(), apply(change, present, wanted));
        }
    }

    private void answer(final RegistryRequest request, final RegistryCode code, final @Nullable RegistryEntry entry) {
        counters.count(code);
        request.decided(new RegistryReply(code, entry));
    }

    private boolean reserve() {
        if (free.getAndDecrement() > 0) {
            return true;
        }
        free.getAndIncrement();
        return false;
    }

    private RegistryEntry apply(final Kind change, final @Nullable RegistryEntry present, final RegistryEntry wanted) {
        final long since = wanted.sinceMs() == 0 ? clock.time() : wanted.sinceMs();
        final RegistryEntry entry = wanted.taken(changes.sequence() + 1, since);
        // The table first: who has seen the change looks up the entry as it is after it.
        if (change == Kind.DOWN) {
            table.remove(entry);
            free.getAndIncrement();
        } else {
            table.put(entry);
            index.add(entry);
            held(entry.owner()).entries++;
        }
        if (present != null) {
            index.remove(present);
            final Holder before = held(present.owner());
            if (--before.entries == 0) {
                holders.remove(present.owner());
            }
        }
        size = table.size();
        changes.append(new RegistryChange(change, entry));
        return entry;
    }

    private Holder held(final LeaseOwner owner) {
        return holders.computeIfAbsent(owner, Holder::new);
    }

    /** Ends what dead owners hold; how many entries. */
    int expire() {
        for (int spins = 0; !writing.compareAndSet(false, true); spins++) {
            if (spins == MOST_SPINS) {
                return 0; // the writer of the moment was put aside by the system: the next duty cycle comes soon
            }
            Thread.onSpinWait();
        }
        int ended = 0;
        try {
            for (final Holder holder : holders.values().toArray(new Holder[0])) {
                if (!holder.owner.isAlive()) {
                    ended += expire(holder.owner);
                }
            }
        } finally {
            writing.set(false);
        }
        drain();
        return ended;
    }

    private int expire(final LeaseOwner dead) {
        final List<RegistryEntry> over = new ArrayList<>();
        table.forEach(entry -> {
            if (entry.owner().equals(dead)) {
                over.add(entry);
            }
        });
        for (final RegistryEntry entry : over) {
            apply(Kind.DOWN, entry, entry);
            counters.expired();
        }
        return over.size();
    }

    RegistryTable table() {
        return table;
    }

    EntryIndex index() {
        return index;
    }

    ChangeRing changes() {
        return changes;
    }

    /** How many entries there are; any thread. */
    int size() {
        return size;
    }

    RegistryStatistics statistics() {
        return counters.statistics(size, 0);
    }
}
