package io.tagma.engine.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The registry of hooks by name, and of the model types that they may name. Immutable: {@link #with} gives another registry.
 *
 * <p>A hook is written as its name and its parameters with colons between, e.g. {@code swap:0:3}; a journal keeps no more of it, so what
 * a name stands for must be the same in every process that replays the journal.
 */
public final class HookTypes {
    private static final HookTypes BUILT_IN = of(ModelTypes.builtIn());

    private final ModelTypes models;
    private final Map<String, Entry> entries;

    /** Makes a hook of its parameters. */
    public interface Factory {
        /**
         * Makes one.
         *
         * @param parameters in their order, as many as the usage says
         * @throws IllegalArgumentException when they make no sense
         */
        ModelHook make(List<String> parameters);
    }

    private record Entry(String usage, int parameters, Factory factory) {}

    private HookTypes(final ModelTypes models, final Map<String, Entry> entries) {
        this.models = models;
        this.entries = Collections.unmodifiableMap(entries);
    }

    /** The hooks of this package over the model types of this package. */
    public static HookTypes builtIn() {
        return BUILT_IN;
    }

    /** The hooks of this package over other model types. */
    public static HookTypes of(final ModelTypes models) {
        final Map<String, Entry> entries = new TreeMap<>();
        entries.put(
                "scale",
                new Entry(
                        "scale:INDEX:FACTOR", 2, p -> new ModelHook.Transform(index(p.get(0)), number(p.get(1)), 0f)));
        entries.put(
                "transform",
                new Entry(
                        "transform:INDEX:SCALE:OFFSET",
                        3,
                        p -> new ModelHook.Transform(index(p.get(0)), number(p.get(1)), number(p.get(2)))));
        entries.put("mask", new Entry("mask:INDEX", 1, p -> new ModelHook.Mask(index(p.get(0)))));
        entries.put(
                "swap", new Entry("swap:INDEX:INDEX", 2, p -> new ModelHook.Swap(index(p.get(0)), index(p.get(1)))));
        entries.put("replace", new Entry("replace:TYPE", 1, p -> new ModelHook.Replace(p.get(0))));
        entries.put("shadow", new Entry("shadow:TYPE", 1, p -> new ModelHook.Shadow(p.get(0))));
        entries.put("blend", new Entry("blend:TYPE:SHARE", 2, p -> new ModelHook.Blend(p.get(0), number(p.get(1)))));
        return new HookTypes(models, entries);
    }

    /**
     * This registry and one hook more.
     *
     * @param usage how it is written, its name first, e.g. {@code clip:INDEX:LEAST:MOST}
     * @throws IllegalArgumentException when the name is taken or is not of lower case letters, digits and dashes
     */
    public HookTypes with(final String usage, final Factory factory) {
        final String[] words = usage.split(":", -1);
        if (!words[0].matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a hook's name is lower case letters, digits and dashes, e.g. clip:INDEX:LEAST:MOST: '" + usage
                            + "'");
        }
        final Map<String, Entry> more = new TreeMap<>(entries);
        if (more.putIfAbsent(words[0], new Entry(usage, words.length - 1, factory)) != null) {
            throw new IllegalArgumentException("there is a hook '" + words[0] + "' already; choose another name");
        }
        return new HookTypes(models, more);
    }

    /** The model types that hooks may name. */
    public ModelTypes models() {
        return models;
    }

    /** How hooks are written, by name. */
    public List<String> usages() {
        return entries.values().stream().map(Entry::usage).toList();
    }

    /**
     * Reads a hook; blanks may stand in the place of colons.
     *
     * @throws IllegalArgumentException when there is none of that name, or its parameters make no sense; says what does
     */
    public ModelHook parse(final String text) {
        final List<String> words = List.of(text.strip().split("[\\s:]+", -1));
        final Entry entry = entries.get(words.getFirst());
        if (entry == null) {
            throw new IllegalArgumentException("no hook '" + words.getFirst() + "'; there are: "
                    + usages().stream().collect(Collectors.joining(" | ")));
        }
        final List<String> parameters = parameters(entry, words.subList(1, words.size()));
        try {
            if (parameters.size() == entry.parameters()) {
                return entry.factory().make(parameters);
            }
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "': not a number: " + e.getMessage() + "; it is written: " + entry.usage(), e);
        }
        throw new IllegalArgumentException("'" + text + "' is written: " + entry.usage());
    }

    /** The name of a type may have colons of its own: what is too much belongs to it, and it always comes first. */
    private static List<String> parameters(final Entry entry, final List<String> words) {
        final int more = words.size() - entry.parameters();
        if (more <= 0 || !entry.usage().contains(":TYPE")) {
            return words;
        }
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(String.join(":", words.subList(0, more + 1))),
                        words.subList(more + 1, words.size()).stream())
                .toList();
    }

    private static int index(final String text) {
        final int index = Integer.parseInt(text);
        if (index < 0 || index >= ModelSchema.MAX_INPUTS) {
            throw new IllegalArgumentException(
                    "an input's number is 0 to " + (ModelSchema.MAX_INPUTS - 1) + ", not " + text);
        }
        return index;
    }

    private static float number(final String text) {
        final float value = Float.parseFloat(text);
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("a hook's numbers are finite, not " + text);
        }
        return value;
    }
}
