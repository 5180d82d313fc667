package io.tagma.engine.agent.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose backend can be exchanged while it is used. Any thread.
 *
 * <pre>
 *   SINGLE(a) ──begin(b)──► DUAL(a, b) ──cutOver──► CUT_OVER(b, a) ──complete──► SINGLE(b)
 *                 copy          │ rollBack              │ rollBack
 *                               ▼                       ▼
 *                           SINGLE(a)               SINGLE(a)
 * </pre>
 *
 * <p>The first backend decides and is read, the second is made to say the same before a request is answered. Requests for one name go one after
 * the other, so both see them in one order. A step between phases waits until every request before it is answered and holds those after it
 * back, some microseconds on this machine: it happens between two requests of every name. A read that a step overtook is made again: the backend
 * of before is emptied when an exchange ends. Watches go on in order, nothing missing and nothing twice.
 *
 * <p>What other processes write to a shared backend meanwhile is not written to the other one: {@link #cutOver} sees that and refuses.
 */
public final class SwitchableRegistry implements RegistryBackend {
    private static final int STRIPES = 64;
    private static final int MOST_DIFFERENCES = 100;

    /** Where an exchange is. */
    public enum Phase {
        /** One backend. */
        SINGLE,
        /** The old one decides, the new one follows. */
        DUAL,
        /** The new one decides, the old one follows. */
        CUT_OVER
    }

    /**
     * What came of a step.
     *
     * @param phase where the exchange is now
     * @param done whether the step was taken
     * @param problems why not, or in what the backends differ; at most 100
     */
    public record Step(Phase phase, boolean done, List<String> problems) {}

    private record State(
            Phase phase, RegistryBackend deciding, @Nullable RegistryBackend following, long epoch) {}

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final List<SwitchingWatch> watches = new CopyOnWriteArrayList<>();
    private final Object gates = new Object();
    private final Object working = new Object();
    private final AtomicLong diverged = new AtomicLong();
    private volatile State state;

    /** Over a first backend, which from now on nobody else writes in this process. */
    public SwitchableRegistry(final RegistryBackend backend) {
        state = new State(Phase.SINGLE, backend, null, 0);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Where an exchange is. */
    public Phase phase() {
        return state.phase;
    }

    @Override
    public String kind() {
        return state.deciding.kind();
    }

    /**
     * Writes to a second backend too from now on, and copies what is there.
     *
     * @param next empty; closed by {@link #rollBack}, or with this registry once it is the only one
     */
    public CompletionStage<Step> begin(final RegistryBackend next) {
        return step(Phase.SINGLE, () -> {
                    state = new State(Phase.DUAL, state.deciding, next, state.epoch + 1);
                    return List.of();
                })
                .thenCompose(begun -> begun.done ? copy().thenApply(copied -> begun) : done(begun));
    }

    private CompletionStage<Void> copy() {
        final List<CompletableFuture<?>> copies = new ArrayList<>();
        state.deciding.forEach(entry ->
                copies.add(stripe(entry.namespace(), entry.name()).then(() -> {
                    final State now = state;
                    final RegistryEntry current = now.deciding.lookup(entry.namespace(), entry.name());
                    final RegistryBackend second = now.following;
                    return current == null || second == null
                            ? CompletableFuture.<@Nullable RegistryReply>completedFuture(null)
                            : second.register(current);
                })));
        return CompletableFuture.allOf(copies.toArray(new CompletableFuture<?>[0]));
    }

    /** In what the two backends differ; none at a moment at which no request is under way means that either may go on alone. */
    public CompletionStage<Step> verify() {
        return alone(() -> new Step(state.phase, true, differences()));
    }

    /** Has the new backend decide and answer from now on, if it says what the old one says. */
    public CompletionStage<Step> cutOver() {
        return step(Phase.DUAL, () -> {
            final List<String> differences = differences();
            if (differences.isEmpty()) {
                exchange(Phase.CUT_OVER);
            }
            return differences;
        });
    }

    /** Back to the old backend alone; the new one is emptied of what this process registered, and closed. */
    public CompletionStage<Step> rollBack() {
        return alone(() -> {
            final State now = state;
            if (now.phase == Phase.SINGLE) {
                return refused(now.phase);
            }
            if (now.phase == Phase.CUT_OVER) {
                exchange(Phase.DUAL);
            }
            return single();
        });
    }

    /** Ends an exchange: the old backend is emptied of what this process registered, and closed. */
    public CompletionStage<Step> complete() {
        return alone(() -> state.phase == Phase.CUT_OVER ? single() : refused(state.phase));
    }

    private Step single() {
        final RegistryBackend dropped = state.following;
        state = new State(Phase.SINGLE, state.deciding, null, state.epoch + 1);
        if (dropped != null) {
            final List<RegistryEntry> mine = new ArrayList<>();
            dropped.forEach(entry -> {
                if (entry.owner().isLocal()) {
                    mine.add(entry);
                }
            });
            mine.forEach(entry -> dropped.unregister(entry.namespace(), entry.name(), entry.owner()));
            dropped.close();
        }
        return new Step(Phase.SINGLE, true, List.of());
    }

    private void exchange(final Phase next) {
        final State now = state;
        final RegistryBackend second = now.following;
        if (second != null) {
            watches.forEach(watch -> watch.goOnWith(second));
            state = new State(next, second, now.deciding, now.epoch + 1);
        }
    }

    private CompletionStage<Step> step(final Phase from, final Supplier<List<String>> action) {
        return alone(() -> {
            if (state.phase != from) {
                return refused(state.phase);
            }
            final List<String> problems = action.get();
            return new Step(state.phase, problems.isEmpty(), problems);
        });
    }

    private static Step refused(final Phase phase) {
        return new Step(phase, false, List.of("not possible in phase " + phase));
    }

    /** Runs an action while no request is under way and none begins, nor any lease is ended. */
    private CompletionStage<Step> alone(final Supplier<Step> action) {
        final CompletableFuture<Void> gate = new CompletableFuture<>();
        final CompletableFuture<?>[] quiet = new CompletableFuture<?>[STRIPES];
        synchronized (gates) { // two steps close the stripes in one order, or they would wait for each other
            for (int i = 0; i < STRIPES; i++) {
                quiet[i] = stripes[i].close(gate);
            }
        }
        return CompletableFuture.allOf(quiet)
                .thenApply(reached -> {
                    synchronized (working) {
                        return action.get();
                    }
                })
                .whenComplete((step, failure) -> gate.complete(null));
    }

    private List<String> differences() {
        final RegistryBackend second = state.following;
        if (second == null) {
            return List.of("there is no second backend");
        }
        state.deciding.doWork();
        second.doWork();
        final Map<String, RegistryEntry> left = contents(state.deciding);
        final Map<String, RegistryEntry> right = contents(second);
        final TreeSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(left.get(name), right.get(name)))
                .limit(MOST_DIFFERENCES)
                .map(name -> name + ": " + state.deciding.kind() + " has " + left.get(name) + ", " + second.kind()
                        + " has " + right.get(name))
                .toList();
    }

    private static Map<String, RegistryEntry> contents(final RegistryBackend backend) {
        final Map<String, RegistryEntry> contents = new HashMap<>();
        backend.forEach(entry -> contents.put(entry.namespace() + '/' + entry.name(), entry));
        return contents;
    }

    private Stripe stripe(final String namespace, final String name) {
        return stripes[RegistryEntry.hash(namespace, name) & (STRIPES - 1)];
    }

    @Override
    public CompletionStage<RegistryReply> register(final RegistryEntry wanted) {
        return submit(wanted.namespace(), wanted.name(), backend -> backend.register(wanted));
    }

    @Override
    public CompletionStage<RegistryReply> unregister(
            final String namespace, final String name, final LeaseOwner owner) {
        return submit(namespace, name, backend -> backend.unregister(namespace, name, owner));
    }

    @Override
    public CompletionStage<RegistryReply> update(
            final String namespace, final String name, final Map<String, String> metadata, final LeaseOwner owner) {
        return submit(namespace, name, backend -> backend.update(namespace, name, metadata, owner));
    }

    private CompletionStage<RegistryReply> submit(
            final String namespace,
            final String name,
            final Function<RegistryBackend, CompletionStage<RegistryReply>> request) {
        return stripe(namespace, name).then(() -> {
            final State now = state;
            final CompletionStage<RegistryReply> decided = request.apply(now.deciding);
            final RegistryBackend second = now.following;
            return second == null ? decided : decided.thenCompose(reply -> follow(second, reply));
        });
    }

    /** Makes the second backend say what the first has decided. */
    private CompletionStage<RegistryReply> follow(final RegistryBackend second, final RegistryReply reply) {
        final RegistryEntry entry = reply.entry();
        if (!reply.done() || entry == null) {
            return done(reply);
        }
        final CompletionStage<RegistryReply> followed = reply.code() == RegistryCode.UNREGISTERED
                ? second.unregister(entry.namespace(), entry.name(), entry.owner())
                : second.register(entry);
        return followed.thenApply(answer -> {
            if (!answer.done() && answer.code() != RegistryCode.NOT_FOUND) {
                diverged.incrementAndGet(); // cutting over will find out whether it matters
            }
            return reply;
        });
    }

    private static <T> CompletionStage<T> done(final T value) {
        return CompletableFuture.completedFuture(value);
    }

    /** Requests that the second backend did not follow. */
    public long diverged() {
        return diverged.get();
    }

    @Override
    public @Nullable RegistryEntry lookup(final String namespace, final String name) {
        while (true) {
            final State now = state;
            try {
                final RegistryEntry found = now.deciding.lookup(namespace, name);
                if (state.epoch == now.epoch) {
                    return found;
                }
            } catch (final RuntimeException failure) {
                again(now, failure);
            }
        }
    }

    @Override
    public void forEach(final Consumer<RegistryEntry> consumer) {
        read(backend -> {
                    final List<RegistryEntry> all = new ArrayList<>();
                    backend.forEach(all::add);
                    return all;
                })
                .forEach(consumer);
    }

    @Override
    public List<RegistryEntry> find(final String namespace, final Map<String, String> wanted) {
        return read(backend -> backend.find(namespace, wanted));
    }

    @Override
    public List<RegistryEntry> capable(final String namespace, final String capability) {
        return read(backend -> backend.capable(namespace, capability));
    }

    private <T> T read(final Function<RegistryBackend, T> reading) {
        while (true) {
            final State now = state;
            try {
                final T result = reading.apply(now.deciding);
                if (state.epoch == now.epoch) {
                    return result;
                }
            } catch (final RuntimeException failure) {
                again(now, failure);
            }
        }
    }

    /** A backend that was dropped under a reader may fail it; one that decides may not. */
    private void again(final State read, final RuntimeException failure) {
        if (state.epoch == read.epoch) {
            throw failure;
        }
    }

    /** Grows with each exchange too. */
    @Override
    public long version() {
        final State now = state;
        return (now.epoch << 48) + now.deciding.version();
    }

    @Override
    public RegistryWatch watch(final @Nullable String namespace) {
        synchronized (working) {
            final SwitchingWatch watch =
                    new SwitchingWatch(namespace, state.deciding.watch(namespace), watches::remove);
            watches.add(watch);
            return watch;
        }
    }

    @Override
    public int doWork() {
        synchronized (working) {
            final State now = state;
            final RegistryBackend second = now.following;
            if (second != null) {
                second.doWork();
            }
            return now.deciding.doWork();
        }
    }

    @Override
    public RegistryStatistics statistics() {
        return state.deciding.statistics();
    }

    @Override
    public void close() {
        synchronized (working) {
            final State now = state;
            final RegistryBackend second = now.following;
            if (second != null) {
                second.close();
            }
            now.deciding.close();
        }
    }
}
