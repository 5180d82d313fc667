package io.tagma.tools;

import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.shard.ConfigFrames;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An engine's directory as the tools read it: never written, also while an engine holds it. Immutable.
 *
 * @param root the directory
 * @param config what its journal was made with, by the engine's keys; empty while nothing was journaled
 */
public record EngineDirectory(Path root, Map<String, String> config) {
    /** Property under which a run notes its scenario. */
    public static final String SCENARIO = "scenario";

    private static final String PROPERTY = "property.";
    private static final String QUEUE_FILE = ".cq4";

    /**
     * Attaches to a directory and reads what its journal was made with.
     *
     * @throws io.tagma.store.StoreException when it is no engine's directory or of another layout version
     */
    public static EngineDirectory open(final Path root) {
        try (StoreDirectory directory = StoreDirectory.attach(root)) {
            if (directory.shards() == 0 || !hasQueue(directory.journal(0))) {
                return new EngineDirectory(root, Map.of());
            }
            try (JournalTailer journal = JournalTailer.open(directory.journal(0))) {
                return new EngineDirectory(root, ConfigFrames.read(directory.journal(0), journal));
            }
        }
    }

    /** Whether a Chronicle queue lies there. */
    public static boolean hasQueue(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(QUEUE_FILE));
        } catch (final IOException e) {
            throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether nothing was journaled yet. */
    public boolean isEmpty() {
        return config.isEmpty();
    }

    /** The same, or an error that says that there is nothing yet. */
    public EngineDirectory requireJournal() {
        if (isEmpty()) {
            throw new ToolException(
                    root + " holds no journal yet: the engine was stopped before it began. Run it again.");
        }
        return this;
    }

    /** What the embedder noted, without the prefix. */
    public Map<String, String> properties() {
        final Map<String, String> properties = new LinkedHashMap<>();
        config.forEach((key, value) -> {
            if (key.startsWith(PROPERTY)) {
                properties.put(key.substring(PROPERTY.length()), value);
            }
        });
        return properties;
    }

    /** How many shards the engine has; 0 while nothing was journaled. */
    public int shards() {
        return Integer.parseInt(config.getOrDefault("shards", "0"));
    }

    /** Name of the kernels that the directory began with, or the empty string. */
    public String kernels() {
        return config.getOrDefault(ConfigFrames.KERNELS, "");
    }

    /** How its subjects are written. */
    public SubjectNames subjectNames() {
        return SubjectNames.parse(config.getOrDefault("subject.kinds", ""));
    }
}
