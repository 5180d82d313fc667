package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.RegistryChange.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backend of the registry does, whatever it is made of. A backend's test extends this and says how one is made. */
abstract class RegistryContract {
    static final String NS = "agents";
    static final int LEAST_CAPACITY = 90;

    final LeaseOwner me = LeaseOwner.agent("me");
    final LeaseOwner other = LeaseOwner.agent("other");
    RegistryBackend backend;

    /** An empty backend with room for {@link #LEAST_CAPACITY} names or more, whose clock says 1,000 ms. */
    abstract RegistryBackend make() throws Exception;

    @BeforeEach
    void open() throws Exception {
        backend = make();
    }

    @AfterEach
    void close() {
        backend.close();
    }

    static RegistryReply await(final CompletionStage<RegistryReply> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    RegistryReply register(final String namespace, final AgentDescriptor descriptor, final LeaseOwner owner) {
        return await(backend.register(new RegistryEntry(namespace, descriptor, 7, owner, 0, 0)));
    }

    RegistryReply register(final String name, final LeaseOwner owner) {
        return register(NS, AgentDescriptor.of(name, "pay"), owner);
    }

    static AgentDescriptor described(final String name, final Map<String, String> metadata) {
        return new AgentDescriptor(name, Set.of("pay"), metadata, false);
    }

    static RegistryEntry known(final @Nullable RegistryEntry entry) {
        return Objects.requireNonNull(entry);
    }

    static RegistryEntry found(final RegistryBackend in, final String namespace, final String name) {
        return known(in.lookup(namespace, name));
    }

    @Test
    void aRegisteredNameIsFoundWithAllThatWasSaid() {
        final AgentDescriptor said =
                new AgentDescriptor("räuber-\u20ac", Set.of("a", "b"), Map.of("k", "v", "leer", ""), true);

        final RegistryReply reply = register(NS, said, me);

        assertThat(reply.code()).isEqualTo(RegistryCode.REGISTERED);
        final RegistryEntry found = found(backend, NS, "räuber-\u20ac");
        assertThat(found).isEqualTo(reply.entry());
        assertThat(found.descriptor()).isEqualTo(said);
        assertThat(found.owner()).isEqualTo(me);
        assertThat(found.number()).isEqualTo(7);
        assertThat(found.sinceMs()).isEqualTo(1000);
        assertThat(backend.lookup(NS, "nobody")).isNull();
        assertThat(backend.count(NS)).isOne();
    }

    @Test
    void registeringTheSameAgainChangesNothing() {
        register("a", me);
        final long version = backend.version();

        assertThat(register("a", me).code()).isEqualTo(RegistryCode.UNCHANGED);
        assertThat(backend.version()).isEqualTo(version);
        assertThat(backend.count(NS)).isOne();
        assertThat(backend.statistics().unchanged()).isOne();
    }

    @Test
    void theSameOwnerMaySaySomethingElse() {
        register("a", me);

        final RegistryReply reply = register(NS, AgentDescriptor.of("a", "ask"), me);

        assertThat(reply.code()).isEqualTo(RegistryCode.UPDATED);
        assertThat(found(backend, NS, "a").descriptor().capabilities()).containsExactly("ask");
        assertThat(backend.capable(NS, "pay")).isEmpty();
        assertThat(backend.capable(NS, "ask")).hasSize(1);
    }

    @Test
    void aLiveOwnersNameIsRefused() {
        register("a", me);

        final RegistryReply reply = register("a", other);

        assertThat(reply.code()).isEqualTo(RegistryCode.TAKEN);
        assertThat(reply.done()).isFalse();
        assertThat(known(reply.entry()).owner()).isEqualTo(me);
        assertThat(found(backend, NS, "a").owner()).isEqualTo(me);
        assertThat(backend.statistics().refused()).isOne();
    }

    @Test
    void aDeadOwnersNameIsTakenOver() {
        register("a", me);
        me.end();

        assertThat(register("a", other).code()).isEqualTo(RegistryCode.REPLACED);
        assertThat(found(backend, NS, "a").owner()).isEqualTo(other);
        assertThat(backend.doWork()).isZero();
        assertThat(backend.count(NS)).isOne();
        assertThat(backend.statistics().replaced()).isOne();
    }

    @Test
    void theDeadRegisterNothing() {
        me.end();

        assertThat(register("a", me).code()).isEqualTo(RegistryCode.OWNER_DEAD);
        assertThat(backend.lookup(NS, "a")).isNull();
    }

    @Test
    void namespacesDoNotKnowEachOther() {
        register("one", AgentDescriptor.of("a", "pay"), me);
        register("two", AgentDescriptor.of("a", "ask"), other);

        assertThat(found(backend, "one", "a").owner()).isEqualTo(me);
        assertThat(found(backend, "two", "a").owner()).isEqualTo(other);
        assertThat(backend.lookup("three", "a")).isNull();
        assertThat(backend.capable("one", "ask")).isEmpty();
        assertThat(backend.count("one")).isOne();
        await(backend.unregister("one", "a", me));
        assertThat(backend.lookup("one", "a")).isNull();
        assertThat(backend.lookup("two", "a")).isNotNull();
    }

    @Test
    void onlyItsOwnerTakesANameAway() {
        register("a", me);

        assertThat(await(backend.unregister(NS, "a", other)).code()).isEqualTo(RegistryCode.NOT_OWNER);
        assertThat(await(backend.unregister(NS, "b", me)).code()).isEqualTo(RegistryCode.NOT_FOUND);
        assertThat(await(backend.unregister(NS, "a", me)).code()).isEqualTo(RegistryCode.UNREGISTERED);
        assertThat(await(backend.unregister(NS, "a", me)).code()).isEqualTo(RegistryCode.NOT_FOUND);
        assertThat(backend.lookup(NS, "a")).isNull();
        assertThat(backend.count(NS)).isZero();
        assertThat(register("a", other).code()).isEqualTo(RegistryCode.REGISTERED);
    }

    @Test
    void metadataIsReplacedByItsOwner() {
        register(NS, described("a", Map.of("team", "red", "tier", "1")), me);

        assertThat(await(backend.update(NS, "a", Map.of("team", "blue"), other)).code())
                .isEqualTo(RegistryCode.NOT_OWNER);
        assertThat(await(backend.update(NS, "a", Map.of("team", "blue"), me)).code())
                .isEqualTo(RegistryCode.UPDATED);
        assertThat(await(backend.update(NS, "a", Map.of("team", "blue"), me)).code())
                .isEqualTo(RegistryCode.UNCHANGED);
        assertThat(await(backend.update(NS, "z", Map.of(), me)).code()).isEqualTo(RegistryCode.NOT_FOUND);
        assertThat(found(backend, NS, "a").descriptor().metadata()).containsExactly(Map.entry("team", "blue"));
        assertThat(backend.find(NS, Map.of("tier", "1"))).isEmpty();
        assertThat(backend.find(NS, Map.of("team", "blue"))).hasSize(1);
    }

    @Test
    void searchesAreWhatAFilterOverAllEntriesGives() {
        final SplittableRandom random = new SplittableRandom(5);
        final Map<String, RegistryEntry> oracle = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            final String name = "n" + random.nextInt(60);
            final Map<String, String> metadata = metadata(random);
            switch (random.nextInt(4)) {
                case 0 -> {
                    await(backend.unregister(NS, name, me));
                    oracle.remove(name);
                }
                case 1 -> {
                    final RegistryReply reply = await(backend.update(NS, name, metadata, me));
                    if (reply.done()) {
                        oracle.put(name, known(reply.entry()));
                    }
                }
                default ->
                    oracle.put(
                            name,
                            known(register(NS, described(name, metadata), me).entry()));
            }
            final Map<String, String> wanted = metadata(random);
            assertThat(backend.find(NS, wanted))
                    .isEqualTo(oracle.values().stream()
                            .filter(e -> e.descriptor().metadata().entrySet().containsAll(wanted.entrySet()))
                            .sorted(Comparator.comparing(RegistryEntry::name))
                            .toList());
        }
        assertThat(backend.count(NS)).isEqualTo(oracle.size());
        assertThat(backend.capable(NS, "pay")).isEqualTo(List.copyOf(oracle.values()));
    }

    private static Map<String, String> metadata(final SplittableRandom random) {
        final Map<String, String> metadata = new HashMap<>();
        for (int k = random.nextInt(3); k > 0; k--) {
            metadata.put("key" + random.nextInt(3), "value" + random.nextInt(2));
        }
        return metadata;
    }

    @Test
    void aFullRegistryRefusesAndStaysAsItWas() {
        final int capacity = (int) backend.statistics().capacity();
        assertThat(capacity).isGreaterThanOrEqualTo(LEAST_CAPACITY);
        for (int i = 0; i < capacity; i++) {
            assertThat(register("n" + i, me).code()).isEqualTo(RegistryCode.REGISTERED);
        }

        assertThat(register("one-more", me).code()).isEqualTo(RegistryCode.FULL);
        assertThat(register("n3", me).code()).isEqualTo(RegistryCode.UNCHANGED);
        assertThat(backend.count(NS)).isEqualTo(capacity);
        await(backend.unregister(NS, "n5", me));
        assertThat(register("one-more", me).code()).isEqualTo(RegistryCode.REGISTERED);
    }

    @Test
    void namesComeAndGoForEver() {
        final Map<String, Boolean> there = new HashMap<>();
        final SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            final String name = "n" + random.nextInt(3_000);
            if (there.remove(name) != null) {
                assertThat(await(backend.unregister(NS, name, me)).code()).isEqualTo(RegistryCode.UNREGISTERED);
            } else if (there.size() < LEAST_CAPACITY) {
                assertThat(register(name, me).code()).isEqualTo(RegistryCode.REGISTERED);
                there.put(name, true);
            } else {
                assertThat(backend.lookup(NS, name)).isNull();
            }
        }
        assertThat(backend.count(NS)).isEqualTo(there.size());
        there.keySet().forEach(name -> assertThat(backend.lookup(NS, name)).isNotNull());
    }

    @Test
    void aWatchTellsOfEveryChangeInOrder() {
        register("before", me);
        final Changes changes = new Changes();
        try (RegistryWatch watch = backend.watch(NS)) {
            register("a", me);
            register("elsewhere", AgentDescriptor.of("a", "pay"), me);
            register("a", me);
            await(backend.update(NS, "a", Map.of("team", "red"), me));
            register("a", other);
            me.end();
            register("a", other);
            await(backend.unregister(NS, "a", other));
            register("a", other);

            while (watch.poll(changes, 2) > 0) {
                assertThat(changes.lost).isZero();
            }
        }
        final List<String> ofA = changes.seen.stream()
                .filter(change -> change.entry().name().equals("a"))
                .map(change -> change.kind() + " " + change.entry().owner().label() + " "
                        + change.entry().descriptor().metadata())
                .toList();
        assertThat(ofA)
                .containsExactly(
                        "UP me {}", "CHANGED me {team=red}", "CHANGED other {}", "DOWN other {}", "UP other {}");
        assertThat(changes.seen)
                .extracting(change -> change.entry().namespace())
                .containsOnly(NS);
        assertThat(changes.seen).hasSize(5);
    }

    @Test
    void aWatchLeftBehindIsTold() {
        final Changes changes = new Changes();
        try (RegistryWatch watch = backend.watch(null)) {
            for (int i = 0; i < 5_000; i++) {
                await(backend.update(NS, "a", Map.of("i", "" + i), me));
                register(NS, described("a", Map.of("i", "" + i)), me);
            }
            watch.poll(changes, Integer.MAX_VALUE);
            assertThat(changes.lost).isOne();

            changes.seen.clear();
            await(backend.unregister(NS, "a", me));
            watch.poll(changes, Integer.MAX_VALUE);
            assertThat(changes.seen).extracting(RegistryChange::kind).contains(Kind.DOWN);
        }
    }

    @Test
    void whatAnAgentHoldsEndsWithIt() {
        register("a", me);
        register("b", me);
        register("c", other);
        final Changes changes = new Changes();
        final RegistryWatch watch = backend.watch(null);
        assertThat(backend.doWork()).isZero();

        me.end();

        assertThat(backend.doWork()).isEqualTo(2);
        assertThat(backend.lookup(NS, "a")).isNull();
        assertThat(backend.lookup(NS, "b")).isNull();
        assertThat(backend.lookup(NS, "c")).isNotNull();
        watch.poll(changes, 10);
        assertThat(changes.seen).extracting(RegistryChange::kind).containsExactly(Kind.DOWN, Kind.DOWN);
        assertThat(backend.statistics().expired()).isEqualTo(2);
        assertThat(backend.doWork()).isZero();
    }

    @Test
    void whatAThreadHoldsEndsWithIt() throws InterruptedException {
        final CountDownLatch go = new CountDownLatch(1);
        final Thread thread = Thread.ofPlatform().name("worker").unstarted(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        final LeaseOwner owner = LeaseOwner.thread(thread);
        assertThat(register("a", owner).code()).isEqualTo(RegistryCode.REGISTERED);
        assertThat(backend.doWork()).isZero();
        thread.start();
        assertThat(backend.doWork()).isZero();

        go.countDown();
        thread.join();

        assertThat(backend.doWork()).isOne();
        assertThat(backend.lookup(NS, "a")).isNull();
    }

    /** Keeps what a watch tells. */
    static final class Changes implements RegistryWatch.Listener {
        final List<RegistryChange> seen = new ArrayList<>();
        int lost;

        @Override
        public void onChange(final RegistryChange change) {
            seen.add(change);
        }

        @Override
        public void onLost() {
            lost++;
        }
    }
}
