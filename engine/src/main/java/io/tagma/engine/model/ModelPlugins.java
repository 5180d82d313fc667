package io.tagma.engine.model;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Model types that come and go with jars while everything else stays live; any thread, off the hot path.
 *
 * <p>A jar has a class loader of its own, is tried as a whole and added as a whole: whatever is wrong with it (another contract, a
 * class that is missing, a constructor that throws, a type that breaks {@link OnlineModel}'s promises or takes too long) is the reason
 * why it is refused. A plugin is trusted code: it is checked for faults, not for malice. Models that were made live on after their jar was unloaded, as long
 * as they need no class that was not loaded yet.
 */
public final class ModelPlugins implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    private final ModelTypes base;
    private final Map<String, Loaded> jars = new LinkedHashMap<>();
    private volatile ModelTypes types;

    /** What came of a jar. */
    public sealed interface Outcome {
        /**
         * Its types can be used.
         *
         * @param names of them
         */
        record Added(List<String> names) implements Outcome {}

        /**
         * None of its types can be used, and nothing has changed.
         *
         * @param reason one line
         */
        record Refused(String reason) implements Outcome {}
    }

    private record Loaded(URLClassLoader loader, List<ModelType> types) {}

    /** No plugins yet, over some types. */
    public ModelPlugins(final ModelTypes base) {
        this.base = base;
        this.types = base;
    }

    /** The types there are now. */
    public ModelTypes types() {
        return types;
    }

    /** The jars that are loaded. */
    public synchronized List<String> jars() {
        return List.copyOf(jars.keySet());
    }

    /** Adds a jar's types, all or none. */
    public synchronized Outcome load(final Path jar) {
        final String key = key(jar);
        if (jars.containsKey(key)) {
            return new Outcome.Refused(jar + " is loaded already; unload it first");
        }
        if (!Files.isRegularFile(jar)) {
            return new Outcome.Refused("no such jar: " + jar);
        }
        final URLClassLoader loader;
        try {
            loader = new URLClassLoader(
                    "model-plugin " + jar.getFileName(),
                    new URL[] {jar.toUri().toURL()},
                    ModelPlugin.class.getClassLoader());
        } catch (final IOException e) {
            return new Outcome.Refused(jar + " cannot be opened: " + e.getMessage());
        }
        final List<ModelType> found = new ArrayList<>();
        String reason = inTime(loader, found);
        ModelTypes more = types;
        try {
            for (final ModelType type : found) {
                more = reason.isEmpty() ? more.with(type) : more;
            }
        } catch (final IllegalArgumentException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!reason.isEmpty()) {
            close(loader);
            return new Outcome.Refused(jar.getFileName() + ": " + reason);
        }
        jars.put(key, new Loaded(loader, List.copyOf(found)));
        types = more;
        return new Outcome.Added(found.stream().map(ModelType::name).toList());
    }

    /** Finds and checks on a thread of its own: a constructor may never return. */
    private static String inTime(final URLClassLoader loader, final List<ModelType> found) {
        final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            final Thread daemon = new Thread(task, "model-plugin-check");
            daemon.setDaemon(true);
            return daemon;
        });
        final Future<List<ModelType>> check = thread.submit(() -> find(loader));
        try {
            found.addAll(check.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            return "";
        } catch (final TimeoutException e) {
            return "it was not loaded and checked within " + LIMIT_SECONDS + " s";
        } catch (final ExecutionException e) {
            final Throwable cause = e.getCause();
            return cause instanceof RefusedException ? String.valueOf(cause.getMessage()) : "it throws " + cause;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the check was interrupted";
        } finally {
            thread.shutdownNow();
        }
    }

    private static List<ModelType> find(final URLClassLoader loader) {
        final List<ModelType> all = new ArrayList<>();
        final List<ServiceLoader.Provider<ModelPlugin>> providers =
                ServiceLoader.load(ModelPlugin.class, loader).stream()
                        .filter(provider -> loader.equals(provider.type().getClassLoader()))
                        .toList();
        if (providers.isEmpty()) {
            throw new RefusedException("it names no plugin in META-INF/services/" + ModelPlugin.class.getName());
        }
        for (final ServiceLoader.Provider<ModelPlugin> provider : providers) {
            final ModelPlugin plugin = provider.get();
            if (plugin.contract() != ModelPlugin.CONTRACT) {
                throw new RefusedException(
                        provider.type().getName() + " was compiled against contract " + plugin.contract() + ", this is "
                                + ModelPlugin.CONTRACT + ": compile it against this version");
            }
            final List<ModelType> types = plugin.types();
            if (types == null || types.isEmpty()) {
                throw new RefusedException(provider.type().getName() + " offers no types");
            }
            for (final ModelType type : types) {
                final String fault = ModelTypeCheck.fault(type);
                if (!fault.isEmpty()) {
                    throw new RefusedException(fault);
                }
            }
            all.addAll(types);
        }
        return all;
    }

    /**
     * Takes a jar's types away; models already made are not touched.
     *
     * @return false when the jar is not loaded
     */
    public synchronized boolean unload(final Path jar) {
        final Loaded gone = jars.remove(key(jar));
        if (gone == null) {
            return false;
        }
        ModelTypes left = base;
        for (final Loaded loaded : jars.values()) {
            for (final ModelType type : loaded.types()) {
                left = left.with(type);
            }
        }
        types = left;
        close(gone.loader());
        return true;
    }

    private static String key(final Path jar) {
        return jar.toAbsolutePath().normalize().toString();
    }

    private static void close(final URLClassLoader loader) {
        try {
            loader.close();
        } catch (final IOException expected) {
            // Nothing is lost but a file handle, which goes with the loader.
        }
    }

    /** Unloads all. */
    @Override
    public synchronized void close() {
        List.copyOf(jars.keySet()).forEach(jar -> unload(Path.of(jar)));
    }

    /** Carries the reason out of the thread that checks. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(final String reason) {
            super(reason);
        }
    }
}
