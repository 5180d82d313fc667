package io.tagma.engine.shard;

import io.tagma.engine.agent.registry.RegistryBackend;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/** Ends leases whose owner is dead. Owned by the observers' thread. */
final class RegistryStage implements Agent {
    /** To ask the system whether a process lives takes some 20 us: 50 times a second is a thousandth of a core. */
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final RegistryBackend registry;
    private final NanoClock clock;
    private long dueNs;

    RegistryStage(final RegistryBackend registry, final NanoClock clock) {
        this.registry = registry;
        this.clock = clock;
        this.dueNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        final long now = clock.nanoTime();
        if (now - dueNs < 0) {
            return 0;
        }
        dueNs = now + INTERVAL_NS;
        return registry.doWork();
    }

    @Override
    public String roleName() {
        return "registry";
    }
}
