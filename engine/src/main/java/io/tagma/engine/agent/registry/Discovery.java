package io.tagma.engine.agent.registry;

import java.util.function.Function;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Calls services by name, and falls back to what they last answered. Owned by one thread, as its cache is. */
public final class Discovery {
    private final LookupCache cache;
    private final NanoClock clock;

    /**
     * One answer. Immutable.
     *
     * @param value what was answered; null where the service is gone and never answered
     * @param stale whether it is an earlier answer
     * @param ageNs how old the answer is, ns; 0 for a fresh one
     * @param failure what the service threw, or null
     */
    public record Answer<T>(
            @Nullable T value,
            boolean stale,
            long ageNs,
            @Nullable RuntimeException failure) {
        /** Whether there is a value. */
        public boolean present() {
            return value != null;
        }
    }

    /** The last good answer to one question. Owned by the thread of its {@link Discovery}. */
    public static final class LastGood<T> {
        private @Nullable T value;
        private long takenNs;
    }

    /** Looks up through a cache, whose owner this thread is, and measures ages by a clock. */
    public Discovery(final LookupCache cache, final NanoClock clock) {
        this.cache = cache;
        this.clock = clock;
    }

    /**
     * Asks a service. One that is gone or throws is answered for by its last good answer, marked stale with its age.
     *
     * @param service its name
     * @param call asks it; the answer must not be null
     * @param cached keeps the last good answer between calls
     */
    public <T> Answer<T> withFallback(
            final String service, final Function<RegistryEntry, T> call, final LastGood<T> cached) {
        final RegistryEntry entry = cache.lookup(service);
        RuntimeException thrown = null;
        if (entry != null) {
            try {
                final T value = call.apply(entry);
                cached.value = value;
                cached.takenNs = clock.nanoTime();
                return new Answer<>(value, false, 0, null);
            } catch (final RuntimeException failure) {
                thrown = failure;
            }
        }
        final T last = cached.value;
        return last == null
                ? new Answer<>(null, true, 0, thrown)
                : new Answer<>(last, true, Math.max(0, clock.nanoTime() - cached.takenNs), thrown);
    }
}
