package io.tagma.engine.supervise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Services started side by side, each as soon as those it needs are up (Kahn 1962). Confined to the thread that builds and
 * starts it.
 */
public final class StartOrder {
    private record Service(List<String> needs, Runnable start) {}

    /** A service was not started because one that it needs is not up. */
    private static final class NotReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotReached() {
            super(null, null, false, false);
        }
    }

    private final Map<String, Service> services = new LinkedHashMap<>();

    /**
     * Adds a service.
     *
     * @param start returns when the service is up; throws when it cannot be
     * @param needs names of services that must be up before; they may be added later
     */
    public StartOrder add(final String name, final Runnable start, final String... needs) {
        if (services.putIfAbsent(name, new Service(List.of(needs), start)) != null) {
            throw new IllegalArgumentException("two services are called \"" + name + "\"; give each its own name");
        }
        return this;
    }

    /**
     * An order in which each service comes after what it needs; among equals, as they were added.
     *
     * @throws IllegalArgumentException when a need is not there, or services need each other in a circle, which is named
     */
    public List<String> order() {
        final Map<String, Integer> missing = new HashMap<>();
        final Map<String, List<String>> neededBy = new HashMap<>();
        services.forEach((name, service) -> {
            missing.put(name, service.needs().size());
            for (final String need : service.needs()) {
                if (!services.containsKey(need)) {
                    throw new IllegalArgumentException("service \"" + name + "\" needs \"" + need
                            + "\", which is not there; there are " + services.keySet());
                }
                neededBy.computeIfAbsent(need, any -> new ArrayList<>()).add(name);
            }
        });
        final Deque<String> ready = new ArrayDeque<>();
        services.keySet().stream()
                .filter(name -> missing.getOrDefault(name, 0) == 0)
                .forEach(ready::add);
        final List<String> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            final String name = ready.removeFirst();
            order.add(name);
            for (final String next : neededBy.getOrDefault(name, List.of())) {
                if (missing.merge(next, -1, Integer::sum) == 0) {
                    ready.addLast(next);
                }
            }
        }
        if (order.size() < services.size()) {
            throw new IllegalArgumentException(
                    "services need each other in a circle: " + circle(order) + "; take one of these needs away");
        }
        return order;
    }

    /**
     * Starts all and returns when all are up. What needs a service that failed is not started; what does not, is.
     *
     * @param executor runs each start; as many at once as it likes
     * @throws IllegalArgumentException as {@link #order}; then nothing was started
     * @throws IllegalStateException when a start failed; it names the service, and the others' failures are suppressed in it
     */
    public void start(final Executor executor) {
        final Map<String, CompletableFuture<Void>> ups = new LinkedHashMap<>();
        for (final String name : order()) {
            final Service service = service(name);
            final CompletableFuture<?>[] needs =
                    service.needs().stream().map(ups::get).toArray(CompletableFuture[]::new);
            ups.put(
                    name,
                    CompletableFuture.allOf(needs).handleAsync((none, failure) -> up(service, failure), executor));
        }
        IllegalStateException failed = null;
        for (final Map.Entry<String, CompletableFuture<Void>> up : ups.entrySet()) {
            try {
                up.getValue().join();
            } catch (final CompletionException e) {
                if (e.getCause() instanceof NotReached) {
                    continue; // what it needs failed, and says so itself
                }
                final IllegalStateException one = new IllegalStateException(
                        "service \"" + up.getKey() + "\" did not start: " + e.getCause(), e.getCause());
                if (failed == null) {
                    failed = one;
                } else {
                    failed.addSuppressed(one);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static @Nullable Void up(final Service service, final @Nullable Throwable failure) {
        if (failure != null) {
            throw new NotReached();
        }
        service.start().run();
        return null;
    }

    private Service service(final String name) {
        return Objects.requireNonNull(services.get(name), name);
    }

    /** Follows needs among those that never became ready until one comes again: each of them needs another of them. */
    private String circle(final Collection<String> ready) {
        final List<String> path = new ArrayList<>();
        String name = services.keySet().stream()
                .filter(one -> !ready.contains(one))
                .findFirst()
                .orElseThrow();
        while (!path.contains(name)) {
            path.add(name);
            name = service(name).needs().stream()
                    .filter(need -> !ready.contains(need))
                    .findFirst()
                    .orElseThrow();
        }
        path.add(name);
        return String.join(" -> ", path.subList(path.indexOf(name), path.size()));
    }
}
