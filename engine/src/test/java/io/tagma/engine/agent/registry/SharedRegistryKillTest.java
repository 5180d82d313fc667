package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.fixture.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that register with another's registry and are killed with signal 9. */
class SharedRegistryKillTest {
    private static final String NS = "children";

    @TempDir
    Path directory;

    private final LeaseOwner me = LeaseOwner.thisProcess();
    private final List<ChildJvm> started = new ArrayList<>();
    private SharedRegistry registry;
    private Path file;
    private int i;

    @BeforeEach
    void open() {
        file = directory.resolve("registry");
        registry = SharedRegistry.open(file, 90, () -> 1000);
    }

    @AfterEach
    void close() {
        started.forEach(ChildJvm::close);
        registry.close();
    }

    private ChildJvm child(final String how, final String name, final RegistryCode expected) {
        final ChildJvm child = ChildJvm.start(RegistryChild.class, file, how, name);
        started.add(child);
        child.awaitLine(expected.name());
        return child;
    }

    @Test
    void aKilledProcessLosesItsNames() {
        final RegistryContract.Changes changes = new RegistryContract.Changes();
        final RegistryWatch watch = registry.watch(NS);
        final ChildJvm child = child("still", "a", RegistryCode.REGISTERED);
        try (LookupCache cache = new LookupCache(registry, NS, 64)) {
            final RegistryEntry entry = RegistryContract.known(cache.lookup("a"));
            assertThat(entry.owner().process().pid()).isEqualTo(child.pid());
            assertThat(entry.owner().isAlive()).isTrue();
            assertThat(RegistryContract.await(registry.register(NS, AgentDescriptor.of("a"), me))
                            .code())
                    .isEqualTo(RegistryCode.TAKEN);
            assertThat(registry.doWork()).isZero();

            child.kill();

            assertThat(entry.owner().isAlive()).isFalse();
            assertThat(registry.doWork()).isOne();
            cache.doWork();
            assertThat(cache.lookup("a")).isNull();
        }
        watch.poll(changes, 10);
        assertThat(changes.seen)
                .extracting(RegistryChange::kind)
                .containsExactly(RegistryChange.Kind.UP, RegistryChange.Kind.DOWN);
    }

    @Test
    void itsNamesMayBeTakenOverBeforeAnybodyHasNoticed() {
        child("still", "a", RegistryCode.REGISTERED).kill();

        assertThat(RegistryContract.await(registry.register(NS, AgentDescriptor.of("a"), me))
                        .code())
                .isEqualTo(RegistryCode.REPLACED);
        assertThat(RegistryContract.found(registry, NS, "a").owner()).isEqualTo(me);
        assertThat(registry.doWork()).isZero();
    }

    /** Killed at any moment, in the lock too: what is left can be read, written and watched. */
    @Test
    void processesKilledInTheMiddleOfChangesLeaveNothingHalf() {
        final int rounds = Boolean.getBoolean("tagma.slow") ? 60 : 6;
        final SplittableRandom random = new SplittableRandom(17);
        RegistryContract.await(registry.register(NS, AgentDescriptor.of("mine", "x"), me));
        for (int round = 0; round < rounds; round++) {
            final List<ChildJvm> children =
                    List.of(child("busy", "a", RegistryCode.REGISTERED), child("busy", "b", RegistryCode.REGISTERED));
            writeFor(TimeUnit.MICROSECONDS.toNanos(20_000 + random.nextInt(60_000)));
            children.forEach(ChildJvm::kill);

            assertThat(RegistryContract.await(registry.register(NS, AgentDescriptor.of("after-" + round), me))
                            .code())
                    .isEqualTo(RegistryCode.REGISTERED);
            final List<RegistryEntry> entries = new ArrayList<>();
            registry.forEach(entries::add);
            assertThat(registry.statistics().entries()).isEqualTo(entries.size());
            final RegistryContract.Changes changes = new RegistryContract.Changes();
            final RegistryWatch watch = registry.watch(NS);
            final long dead =
                    entries.stream().filter(e -> !e.owner().equals(me)).count();
            assertThat(dead).isBetween(2L, 16L);
            assertThat(registry.doWork()).isEqualTo((int) dead);
            watch.poll(changes, 100);
            assertThat(changes.lost).isZero();
            assertThat(changes.seen).extracting(RegistryChange::kind).containsOnly(RegistryChange.Kind.DOWN);
            assertThat(registry.count(NS)).isEqualTo(2 + round);
        }
    }

    private void writeFor(final long ns) {
        final long end = SystemNanoClock.INSTANCE.nanoTime() + ns;
        for (; SystemNanoClock.INSTANCE.nanoTime() < end; i++) {
            assertThat(RegistryContract.await(registry.update(NS, "mine", Map.of("i", "" + i), me))
                            .code())
                    .isEqualTo(RegistryCode.UPDATED);
            assertThat(RegistryContract.found(registry, NS, "mine").descriptor().metadata())
                    .containsEntry("i", "" + i);
        }
    }
}
