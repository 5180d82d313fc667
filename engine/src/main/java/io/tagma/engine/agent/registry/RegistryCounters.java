package io.tagma.engine.agent.registry;

import io.tagma.engine.observe.Counter;

/** What one writer of a registry has done. Advanced by that writer, read by any thread. */
final class RegistryCounters {
    private final Counter registered = new Counter();
    private final Counter unchanged = new Counter();
    private final Counter updated = new Counter();
    private final Counter replaced = new Counter();
    private final Counter refused = new Counter();
    private final Counter unregistered = new Counter();
    private final Counter expired = new Counter();

    void count(final RegistryCode code) {
        switch (code) {
            case REGISTERED -> registered.increment();
            case UNCHANGED -> unchanged.increment();
            case UPDATED -> updated.increment();
            case REPLACED -> replaced.increment();
            case UNREGISTERED -> unregistered.increment();
            default -> refused.increment();
        }
    }

    void expired() {
        expired.increment();
    }

    RegistryStatistics statistics(final long entries, final long capacity) {
        return new RegistryStatistics(
                entries,
                capacity,
                registered.get(),
                unchanged.get(),
                updated.get(),
                replaced.get(),
                refused.get(),
                unregistered.get(),
                expired.get());
    }
}
