package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.History.Kind;
import io.tagma.engine.agent.registry.SwitchableRegistry.Phase;
import io.tagma.engine.agent.registry.SwitchableRegistry.Step;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose backend is exchanged: it is a registry like any, and loses nothing on the way. */
class SwitchableRegistryTest extends RegistryContract {
    private static final int NAMES = 6;

    @TempDir
    Path directory;

    @Override
    RegistryBackend make() {
        // In the middle of an exchange: what holds here holds for both.
        final SwitchableRegistry registry = new SwitchableRegistry(new HeapRegistry(LEAST_CAPACITY, 4, () -> 1000));
        assertThat(step(registry.begin(shared("first"))).done()).isTrue();
        return registry;
    }

    private SharedRegistry shared(final String name) {
        return SharedRegistry.open(directory.resolve(name), LEAST_CAPACITY, () -> 1000);
    }

    private static Step step(final CompletionStage<Step> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void theNewBackendHasWhatTheOldOneHad() {
        final SwitchableRegistry registry = new SwitchableRegistry(new HeapRegistry(100, 4, () -> 77));
        await(registry.register(NS, described("a", Map.of("k", "v")), me));
        final RegistryEntry before = registry.lookup(NS, "a");
        final SharedRegistry next = shared("next");

        assertThat(step(registry.begin(next))).isEqualTo(new Step(Phase.DUAL, true, List.of()));
        await(registry.register(NS, AgentDescriptor.of("b"), me));
        assertThat(next.count(NS)).isEqualTo(2);
        assertThat(registry.kind()).isEqualTo("heap");
        assertThat(step(registry.cutOver()).done()).isTrue();

        assertThat(registry.kind()).isEqualTo("shared");
        assertThat(registry.lookup(NS, "a")).isEqualTo(before);
        assertThat(found(registry, NS, "a").sinceMs()).isEqualTo(77);
        assertThat(step(registry.complete())).isEqualTo(new Step(Phase.SINGLE, true, List.of()));
        await(registry.unregister(NS, "a", me));
        assertThat(next.lookup(NS, "a")).isNull();
        registry.close();
    }

    @Test
    void anExchangeCanBeUndoneFromEveryPhase() {
        final SwitchableRegistry registry = new SwitchableRegistry(new HeapRegistry(100, 4, () -> 1));
        await(registry.register(NS, AgentDescriptor.of("a"), me));
        assertThat(step(registry.cutOver()).done()).isFalse();
        assertThat(step(registry.rollBack()).done()).isFalse();

        step(registry.begin(shared("one")));
        await(registry.register(NS, AgentDescriptor.of("b"), me));
        assertThat(step(registry.rollBack()).phase()).isEqualTo(Phase.SINGLE);
        assertThat(registry.kind()).isEqualTo("heap");

        step(registry.begin(shared("two")));
        assertThat(step(registry.cutOver()).done()).isTrue();
        await(registry.register(NS, AgentDescriptor.of("c"), me));
        await(registry.unregister(NS, "a", me));
        assertThat(step(registry.rollBack()).phase()).isEqualTo(Phase.SINGLE);

        assertThat(registry.kind()).isEqualTo("heap");
        assertThat(registry.find(NS, Map.of())).extracting(RegistryEntry::name).containsExactly("b", "c");
        assertThat(directory.resolve("two")).doesNotExist();
    }

    @Test
    void backendsThatDifferAreNotExchanged() {
        final SwitchableRegistry registry = new SwitchableRegistry(new HeapRegistry(100, 4, () -> 1));
        final SharedRegistry next = shared("next");
        await(next.register(NS, AgentDescriptor.of("squatter"), other));
        await(registry.register(NS, AgentDescriptor.of("a"), me));
        step(registry.begin(next));
        await(registry.register(NS, AgentDescriptor.of("squatter"), me));

        final Step refused = step(registry.cutOver());

        assertThat(refused.done()).isFalse();
        assertThat(refused.phase()).isEqualTo(Phase.DUAL);
        assertThat(refused.problems()).singleElement().asString().contains("squatter", "heap", "shared");
        assertThat(registry.diverged()).isOne();
        assertThat(registry.kind()).isEqualTo("heap");
        registry.close();
    }

    /** Threads write and read all the while; the history of every name must be one that a single registry could have given. */
    @Test
    void anExchangeUnderLoadLosesNothingAndDoublesNothing() throws InterruptedException {
        for (int seed = 0; seed < (Boolean.getBoolean("tagma.slow") ? 100 : 4); seed++) {
            exchangeUnderLoad(seed);
        }
    }

    private void exchangeUnderLoad(final int seed) throws InterruptedException {
        final SwitchableRegistry registry = new SwitchableRegistry(new HeapRegistry(100, 4, () -> 1));
        final RegistryWatch watch = registry.watch(null);
        final Map<String, String> told = new HashMap<>();
        final History history = new History();
        final AtomicBoolean stop = new AtomicBoolean();
        final List<History.Recorder> recorders = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            final LeaseOwner owner = LeaseOwner.agent("owner-" + t);
            final History.Recorder recorder = history.new Recorder();
            final SplittableRandom random = new SplittableRandom(seed * 31L + t);
            recorders.add(recorder);
            threads.add(new Thread(() -> {
                for (int i = 0; !stop.get() || i < 200; i++) {
                    call(registry, owner, recorder, random, i);
                }
            }));
        }
        threads.forEach(Thread::start);
        final Listening listening = new Listening(told);
        for (int exchange = 0; exchange < 6; exchange++) {
            final RegistryBackend next =
                    exchange % 2 == 0 ? shared("load-" + seed + "-" + exchange) : new HeapRegistry(100, 4, () -> 1);
            assertThat(step(registry.begin(next)).done()).isTrue();
            watch.poll(listening, 1_000_000);
            assertThat(step(registry.verify()).problems()).isEmpty();
            assertThat(step(registry.cutOver()).problems()).isEmpty();
            watch.poll(listening, 1_000_000);
            assertThat(step(exchange % 3 == 2 ? registry.rollBack() : registry.complete())
                            .done())
                    .isTrue();
        }
        stop.set(true);
        for (final Thread thread : threads) {
            thread.join();
        }
        watch.poll(listening, 1_000_000);
        if (listening.lost == 0) {
            final Map<String, String> there = new HashMap<>();
            registry.forEach(entry -> there.put(entry.name(), said(entry)));
            assertThat(told).isEqualTo(there);
        }
        assertThat(listening.wrong).isEmpty();
        assertThat(History.violation(recorders)).isNull();
        registry.close();
    }

    private static String said(final RegistryEntry entry) {
        return entry.owner().label() + "=" + entry.descriptor().metadata().getOrDefault("i", "");
    }

    private static void call(
            final SwitchableRegistry registry,
            final LeaseOwner owner,
            final History.Recorder recorder,
            final SplittableRandom random,
            final int i) {
        final String name = "n" + random.nextInt(NAMES);
        final String value = Integer.toString(i);
        final long began = recorder.begin();
        switch (random.nextInt(4)) {
            case 0 -> {
                final RegistryReply reply = await(registry.register(NS, described(name, Map.of("i", value)), owner));
                recorder.end(name, Kind.REGISTER, owner.label(), value, reply.code(), began);
            }
            case 1 -> {
                final RegistryReply reply = await(registry.unregister(NS, name, owner));
                recorder.end(name, Kind.UNREGISTER, owner.label(), "", reply.code(), began);
            }
            case 2 -> {
                final RegistryReply reply = await(registry.update(NS, name, Map.of("i", value), owner));
                recorder.end(name, Kind.UPDATE, owner.label(), value, reply.code(), began);
            }
            default -> {
                final RegistryEntry found = registry.lookup(NS, name);
                final String state = found == null ? "" : said(found);
                recorder.end(name, Kind.LOOKUP, "reader", state, RegistryCode.UNCHANGED, began);
            }
        }
    }

    /** The backend of before is emptied when an exchange ends; a reader that was held up inside it must not take it for what there is. */
    @Test
    void aReadThatAnExchangeOvertakesIsMadeAgain() {
        final List<Function<RegistryBackend, Object>> reads = List.of(
                registry -> Objects.requireNonNull(registry.lookup(NS, "a")).name(),
                registry -> registry.find(NS, Map.of("k", "v")).getFirst().name(),
                registry -> registry.count(NS));
        for (final Function<RegistryBackend, Object> read : reads) {
            final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
            final SwitchableRegistry registry = new SwitchableRegistry(slow(meanwhile));
            await(registry.register(NS, described("a", Map.of("k", "v")), me));
            final Object calm = read.apply(registry);
            assertThat(step(registry.begin(new HeapRegistry(100, 4, () -> 1))).done())
                    .isTrue();
            meanwhile.set(() -> {
                assertThat(step(registry.cutOver()).done()).isTrue();
                assertThat(step(registry.complete()).done()).isTrue();
            });
            assertThat(read.apply(registry)).isEqualTo(calm);
            assertThat(registry.phase()).as("it was overtaken").isEqualTo(Phase.SINGLE);
            registry.close();
        }
    }

    /** A registry in whose reads something happens first. */
    private static RegistryBackend slow(final AtomicReference<Runnable> meanwhile) {
        final HeapRegistry heap = new HeapRegistry(100, 4, () -> 1);
        return (RegistryBackend) Proxy.newProxyInstance(
                RegistryBackend.class.getClassLoader(),
                new Class<?>[] {RegistryBackend.class},
                (proxy, method, arguments) -> {
                    if (Set.of("lookup", "find", "forEach", "capable").contains(method.getName())) {
                        meanwhile.getAndSet(() -> {}).run();
                    }
                    return method.invoke(heap, arguments);
                });
    }

    @Test
    void theCheckerSeesWhatCannotHaveBeen() {
        final History history = new History();
        final History.Recorder one = history.new Recorder();
        final long first = one.begin();
        one.end("a", Kind.REGISTER, "x", "1", RegistryCode.REGISTERED, first);
        final long second = one.begin();
        one.end("a", Kind.LOOKUP, "reader", "x=1", RegistryCode.UNCHANGED, second);
        assertThat(History.violation(List.of(one))).isNull();
        final long third = one.begin();
        one.end("a", Kind.LOOKUP, "reader", "", RegistryCode.UNCHANGED, third);
        assertThat(History.violation(List.of(one))).isEqualTo("a");
    }

    /** Follows a watch and notes what contradicts what it has said before. */
    private static final class Listening implements RegistryWatch.Listener {
        private final Map<String, String> told;
        private final Set<String> wrong = new TreeSet<>();
        private int lost;

        private Listening(final Map<String, String> told) {
            this.told = told;
        }

        @Override
        public void onChange(final RegistryChange change) {
            final String name = change.entry().name();
            final boolean there = told.containsKey(name);
            if (there == (change.kind() == RegistryChange.Kind.UP) && lost == 0) {
                wrong.add(change.kind() + " of " + name + " which was " + (there ? "there" : "not there"));
            }
            if (change.kind() == RegistryChange.Kind.DOWN) {
                told.remove(name);
            } else {
                told.put(name, said(change.entry()));
            }
        }

        @Override
        public void onLost() {
            lost++;
        }
    }
}
