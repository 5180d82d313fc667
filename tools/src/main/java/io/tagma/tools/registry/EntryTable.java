package io.tagma.tools.registry;

import io.tagma.engine.agent.registry.RegistryChange;
import io.tagma.engine.agent.registry.RegistryEntry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Entries as columns of text, each as wide as it has to be. Stateless. */
final class EntryTable {
    private static final List<String> HEADINGS =
            List.of("namespace", "name", "state", "owner", "lease age", "capabilities", "metadata");
    private static final long SECONDS_PER_MINUTE = 60;
    private static final long MINUTES_PER_HOUR = 60;

    private EntryTable() {}

    static void print(final PrintStream out, final List<RegistryEntry> entries, final long nowMs) {
        final List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (final RegistryEntry entry : entries) {
            rows.add(List.of(
                    entry.namespace(),
                    entry.name(),
                    state(entry),
                    entry.owner().toString(),
                    age(nowMs - entry.sinceMs()),
                    String.join(",", new TreeSet<>(entry.descriptor().capabilities())),
                    metadata(entry)));
        }
        final int[] widths = new int[HEADINGS.size()];
        for (final List<String> row : rows) {
            Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length()));
        }
        for (final List<String> row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A change on one line. */
    static String change(final RegistryChange change) {
        final RegistryEntry entry = change.entry();
        return String.format(
                        Locale.ROOT,
                        "%-8s%s/%s  %s  %s  %s",
                        change.kind(),
                        entry.namespace(),
                        entry.name(),
                        entry.owner(),
                        String.join(",", new TreeSet<>(entry.descriptor().capabilities())),
                        metadata(entry))
                .stripTrailing();
    }

    static String state(final RegistryEntry entry) {
        return entry.owner().isAlive() ? "UP" : "DEAD";
    }

    private static String metadata(final RegistryEntry entry) {
        final Map<String, String> sorted = new TreeMap<>(entry.descriptor().metadata());
        if (entry.descriptor().shadow()) {
            sorted.put("shadow", "true");
        }
        return String.join(
                ",",
                sorted.entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .toList());
    }

    private static String age(final long ms) {
        final long tenths = Math.max(0, ms) / 100;
        final long seconds = tenths / 10;
        if (seconds < SECONDS_PER_MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", tenths / 10.0);
        }
        final long minutes = seconds / SECONDS_PER_MINUTE;
        return minutes < MINUTES_PER_HOUR
                ? String.format(Locale.ROOT, "%d min %d s", minutes, seconds % SECONDS_PER_MINUTE)
                : String.format(Locale.ROOT, "%d h %d min", minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    }
}
