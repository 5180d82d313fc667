package io.tagma.engine.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.Engine;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Owners of leases in an engine's registry who end without a word. Owned by the thread that steps. */
final class SimulatedLeases {
    private static final String NAMESPACE = "simulated";
    private static final int MOST = 20;

    /** More than what lies between two looks of the engine for dead owners. */
    private static final long LOOK_NS = 25_000_000;

    private final AtomicLong clock;
    private final List<LeaseOwner> owners = new ArrayList<>();
    private int named;

    SimulatedLeases(final AtomicLong clock) {
        this.clock = clock;
    }

    /** Somebody comes, perhaps somebody ends; two looks later exactly those who live are there. */
    void step(final Engine engine, final SplittableRandom random) {
        final RegistryBackend registry = engine.registry().backend();
        if (owners.size() < MOST) {
            final LeaseOwner owner = LeaseOwner.agent("owner-" + named);
            registry.register(NAMESPACE, AgentDescriptor.of("lease-" + named++, "any"), owner);
            owners.add(owner);
        }
        if (random.nextInt(3) == 0) {
            owners.remove(random.nextInt(owners.size())).end();
        }
        for (int look = 0; look < 2; look++) {
            clock.addAndGet(LOOK_NS);
            engine.observers().step();
        }
        final List<LeaseOwner> there = new ArrayList<>();
        registry.forEach(entry -> {
            if (entry.namespace().equals(NAMESPACE)) {
                there.add(entry.owner());
            }
        });
        assertThat(there).as("leases").containsExactlyInAnyOrderElementsOf(owners);
    }

    /** The process died, and its registry with it. */
    void forget() {
        owners.clear();
    }
}
