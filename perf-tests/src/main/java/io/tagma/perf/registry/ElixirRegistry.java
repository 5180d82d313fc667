package io.tagma.perf.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Elixir's Registry in a process of its own, where Elixir is installed. Stateless. */
final class ElixirRegistry {
    private ElixirRegistry() {}

    /** Whether there is a command {@code elixir}. */
    static boolean available() {
        return Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "elixir")));
    }

    static RegistryFigures measure(final Path directory, final int entries) throws IOException {
        final Path script = directory.resolve("registry.exs");
        try (InputStream source = Objects.requireNonNull(ElixirRegistry.class.getResourceAsStream("registry.exs"))) {
            Files.copy(source, script);
        }
        final Process process = new ProcessBuilder("elixir", script.toString(), Integer.toString(entries))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final Map<String, Double> figures = new HashMap<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                final int at = line.indexOf('=');
                if (at > 0) {
                    figures.put(line.substring(0, at), Double.parseDouble(line.substring(at + 1)));
                }
            }
        }
        return new RegistryFigures(
                "elixir-registry",
                entries,
                figures.getOrDefault("lookup_ns", Double.NaN),
                figures.getOrDefault("miss_ns", Double.NaN),
                figures.getOrDefault("cold_ns", Double.NaN),
                figures.getOrDefault("register_ns", Double.NaN),
                figures.getOrDefault("bytes_per_entry", Double.NaN),
                "Elixir's Registry, unique keys, one partition a scheduler, in its own process");
    }
}
