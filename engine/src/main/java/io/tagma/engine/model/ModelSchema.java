package io.tagma.engine.model;

import java.util.HashSet;
import java.util.List;

/**
 * What goes into a model and what comes out. Immutable.
 *
 * @param inputs names of the features in their order, 1 to {@value #MAX_INPUTS}; a feature is any finite float, a value that is
 *     not finite counts as missing
 * @param classes names of the classes in their order, 2 to {@value #MAX_CLASSES}; the output is one probability a class
 */
public record ModelSchema(List<String> inputs, List<String> classes) {
    /** Second-order models keep a square of this. */
    public static final int MAX_INPUTS = 1024;

    /** More classes than this are the text classifier's business. */
    public static final int MAX_CLASSES = 256;

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException naming what is missing, too much or named twice
     */
    public ModelSchema {
        inputs = checked("inputs", inputs, 1, MAX_INPUTS);
        classes = checked("classes", classes, 2, MAX_CLASSES);
    }

    private static List<String> checked(final String what, final List<String> names, final int min, final int max) {
        if (names.size() < min || names.size() > max) {
            throw new IllegalArgumentException(
                    "a model takes " + min + " to " + max + " " + what + ", not " + names.size());
        }
        final HashSet<String> seen = new HashSet<>();
        for (final String name : names) {
            if (name.isBlank() || !seen.add(name)) {
                throw new IllegalArgumentException(
                        what + " need names that are distinct and not blank: '" + name + "' in " + names);
            }
        }
        return List.copyOf(names);
    }
}
