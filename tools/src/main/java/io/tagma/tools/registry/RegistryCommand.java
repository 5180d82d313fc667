package io.tagma.tools.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.agent.registry.RegistryChange;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.agent.registry.RegistryWatch;
import io.tagma.engine.agent.registry.SharedRegistry;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemEpochClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma registry}: who is registered with an engine that another process runs. Used by one thread. */
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the agents of a running engine, and whatever else is registered in its directory, from another"
                    + " process.",
            "State: UP, or DEAD where the owner's process is gone and nobody has noticed yet. Changes nothing."
        })
public final class RegistryCommand implements Callable<Integer> {
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CHANGES_AT_ONCE = 256;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Terminal terminal;
    private final EpochClock clock = SystemEpochClock.INSTANCE;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(
            names = "--watch",
            description = "Print the list, then changes as they come, until the engine ends or Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--json",
            description = "Print one JSON object; with --watch one on each line, one for each change.")
    private boolean json;

    @Option(names = "--namespace", paramLabel = "NAME", description = "Only this namespace.")
    private @Nullable String namespace;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "With --watch: end after so long; 0 for no end (default: ${DEFAULT-VALUE}).")
    private double seconds;

    /** For the command line of a terminal. */
    public RegistryCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (!(seconds >= 0 && seconds <= 1e9)) {
            throw ToolException.usage("--seconds must be 0 to 1000000000: " + seconds);
        }
        final OptionalLong holder;
        try (StoreDirectory engine = StoreDirectory.attach(directory)) {
            holder = engine.holderPid();
        }
        final Path file = RegistryConfig.sharedFile(directory);
        if (!Files.exists(file)) {
            throw new ToolException(
                    holder.isPresent()
                            ? directory + " is held by process " + holder.getAsLong()
                                    + ", whose engine keeps its registry on its own heap: launch it with"
                                    + " EngineContext.registry(RegistryConfig.shared())."
                            : directory + " has no registry that other processes see, and no engine runs on it.");
        }
        try (SharedRegistry registry = SharedRegistry.view(file)) {
            final RegistryWatch changes = registry.watch(namespace);
            list(registry, holder);
            return watch ? follow(registry, changes, holder) : Tagma.EXIT_OK;
        }
    }

    private void list(final SharedRegistry registry, final OptionalLong holder) throws JsonProcessingException {
        final List<RegistryEntry> entries = new ArrayList<>();
        registry.forEach(entry -> {
            if (namespace == null || namespace.equals(entry.namespace())) {
                entries.add(entry);
            }
        });
        entries.sort(Comparator.comparing(RegistryEntry::namespace)
                .thenComparingInt(RegistryEntry::number)
                .thenComparing(RegistryEntry::name));
        if (json) {
            final Map<String, Object> map = new LinkedHashMap<>();
            map.put("directory", directory.toString());
            map.put("engine_pid", holder.isPresent() ? holder.getAsLong() : null);
            map.put("count", entries.size());
            map.put("entries", entries.stream().map(this::asMap).toList());
            terminal.out().println(JSON.writeValueAsString(map));
        } else {
            EntryTable.print(terminal.out(), entries, clock.time());
            terminal.out()
                    .println(entries.size()
                            + (entries.size() == 1 ? " entry, " : " entries, ")
                            + (holder.isPresent() ? "engine of process " + holder.getAsLong() : "no engine runs"));
        }
        terminal.out().flush();
    }

    private int follow(final SharedRegistry registry, final RegistryWatch changes, final OptionalLong holder)
            throws JsonProcessingException {
        final ChangePrinter printer = new ChangePrinter();
        final long end = seconds == 0 ? Long.MAX_VALUE : clock.time() + Math.round(seconds * 1000);
        int told = 1;
        while (clock.time() < end && !terminal.out().checkError() && (told > 0 || isRunning(holder))) {
            told = changes.poll(printer, CHANGES_AT_ONCE);
            if (printer.failure != null) {
                throw printer.failure;
            }
            terminal.out().flush();
            if (printer.lost) {
                printer.lost = false;
                list(registry, holder);
            }
            if (told == 0) {
                LockSupport.parkNanos(WAIT_NS);
            }
        }
        return Tagma.EXIT_OK;
    }

    private static boolean isRunning(final OptionalLong holder) {
        return holder.isEmpty()
                || ProcessHandle.of(holder.getAsLong())
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    private Map<String, Object> asMap(final RegistryEntry entry) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("namespace", entry.namespace());
        map.put("name", entry.name());
        map.put("number", entry.number() == RegistryEntry.NO_NUMBER ? null : entry.number());
        map.put("state", EntryTable.state(entry));
        map.put("shadow", entry.descriptor().shadow());
        final Map<String, Object> owner = new LinkedHashMap<>();
        owner.put("kind", entry.owner().kind().name());
        owner.put("pid", entry.owner().process().pid());
        owner.put("label", entry.owner().label());
        map.put("owner", owner);
        map.put("capabilities", new TreeSet<>(entry.descriptor().capabilities()));
        map.put("metadata", new TreeMap<>(entry.descriptor().metadata()));
        map.put("revision", entry.revision());
        map.put("since_ms", entry.sinceMs());
        map.put("lease_age_ms", Math.max(0, clock.time() - entry.sinceMs()));
        return map;
    }

    /** Prints changes as a watch tells them. */
    private final class ChangePrinter implements RegistryWatch.Listener {
        private @Nullable JsonProcessingException failure;
        private boolean lost;

        @Override
        public void onChange(final RegistryChange change) {
            final RegistryEntry entry = change.entry();
            if (!json) {
                terminal.out().println(EntryTable.change(change));
                return;
            }
            final Map<String, Object> map = new LinkedHashMap<>();
            map.put("change", change.kind().name());
            map.putAll(asMap(entry));
            if (change.kind() == RegistryChange.Kind.DOWN) {
                map.put("state", change.kind().name());
            }
            try {
                terminal.out().println(JSON.writeValueAsString(map));
            } catch (final JsonProcessingException e) {
                failure = e;
            }
        }

        @Override
        public void onLost() {
            lost = true;
            terminal.err().println("more changed at once than the registry keeps: here is the list anew");
        }
    }
}
