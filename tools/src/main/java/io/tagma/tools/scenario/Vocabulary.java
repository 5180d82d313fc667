package io.tagma.tools.scenario;

import java.util.List;
import java.util.Map;

/**
 * What a scenario calls its numbers. Immutable; a number without a name is shown by its position.
 *
 * @param rows names of a row's floats by kind of subject
 * @param values names of an event's floats
 * @param actions names of actions by number
 */
public record Vocabulary(Map<Integer, List<String>> rows, List<String> values, List<String> actions) {
    /** Keeps unmodifiable copies. */
    public Vocabulary {
        rows = Map.copyOf(rows);
        values = List.copyOf(values);
        actions = List.copyOf(actions);
    }

    /** Name of float {@code i} in the rows of a kind of subject. */
    public String row(final int kind, final int i) {
        return name(rows.getOrDefault(kind, List.of()), i);
    }

    /** Name of an event's float. */
    public String value(final int i) {
        return name(values, i);
    }

    /** Name of an action. */
    public String action(final int action) {
        return name(actions, action);
    }

    private static String name(final List<String> names, final int i) {
        return i >= 0 && i < names.size() ? names.get(i) : "#" + i;
    }
}
