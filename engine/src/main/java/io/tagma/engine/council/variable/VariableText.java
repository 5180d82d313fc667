package io.tagma.engine.council.variable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Values as text, for command lines and frames: numbers in decimal, {@code true} or {@code false}, a category's name, the parts of a
 * composite in their order with {@code ;} between. What {@link #format} writes {@link #parse} reads to the same bits. Stateless.
 */
public final class VariableText {
    private static final int MOST_REAL_BYTES = 25; // -2.2250738585072014E-308
    private static final int MOST_WHOLE_BYTES = 20;
    private static final int MOST_FLAG_BYTES = 5;

    private VariableText() {}

    /** A value as text. */
    public static String format(final VariableValue value) {
        return text(value, Double::toString);
    }

    /** A value as people are shown it: a number that is a float's, as what agents compute is, with no more digits than a float has. */
    public static String show(final VariableValue value) {
        return text(value, x -> (float) x == x ? Float.toString((float) x) : Double.toString(x));
    }

    private static String text(final VariableValue value, final DoubleFunction<String> real) {
        return switch (value) {
            case VariableValue.Real x -> real.apply(x.value());
            case VariableValue.Whole x -> Long.toString(x.value());
            case VariableValue.Flag x -> Boolean.toString(x.value());
            case VariableValue.Category x -> x.value();
            case VariableValue.Composite x ->
                String.join(
                        ";", x.parts().stream().map(part -> text(part, real)).toList());
        };
    }

    /**
     * Reads a value of a variable's type; its range is not looked at.
     *
     * @throws IllegalArgumentException when the text is of no such value, saying what would do
     */
    public static VariableValue parse(final VariableSpec spec, final String text) {
        final List<String> words = new ArrayList<>(List.of(text.strip().split(";", -1)));
        final VariableValue value = take(spec, words);
        if (!words.isEmpty()) {
            throw wrong(spec, "one value for each part, not more", text);
        }
        return value;
    }

    private static VariableValue take(final VariableSpec spec, final List<String> words) {
        if (spec instanceof VariableSpec.Composite composite) {
            final List<VariableValue> parts = new ArrayList<>();
            composite.parts().forEach(part -> parts.add(take(part, words)));
            return new VariableValue.Composite(parts);
        }
        if (words.isEmpty()) {
            throw wrong(spec, "a value", "");
        }
        final String word = words.removeFirst().strip();
        return switch (spec) {
            case VariableSpec.Real ignored -> VariableValue.of(real(spec, word));
            case VariableSpec.Whole ignored -> VariableValue.of(whole(spec, word));
            case VariableSpec.Flag ignored -> VariableValue.of(flag(spec, word));
            case VariableSpec.Category ignored -> VariableValue.of(word);
            case VariableSpec.Composite ignored -> throw new IllegalStateException(word); // taken above
        };
    }

    private static double real(final VariableSpec spec, final String word) {
        try {
            return Double.parseDouble(word);
        } catch (final NumberFormatException e) {
            throw wrong(spec, "a real number", word);
        }
    }

    private static long whole(final VariableSpec spec, final String word) {
        try {
            return Long.parseLong(word);
        } catch (final NumberFormatException e) {
            throw wrong(spec, "a whole number", word);
        }
    }

    private static boolean flag(final VariableSpec spec, final String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(spec, "true or false", word);
        };
    }

    private static IllegalArgumentException wrong(final VariableSpec spec, final String wanted, final String text) {
        return new IllegalArgumentException(spec.name() + " must be " + wanted + ": '" + text + "'");
    }

    /** Most bytes of UTF-8 that an allowed value takes as text. */
    public static int mostBytes(final VariableSpec spec) {
        return switch (spec) {
            case VariableSpec.Real ignored -> MOST_REAL_BYTES;
            case VariableSpec.Whole ignored -> MOST_WHOLE_BYTES;
            case VariableSpec.Flag ignored -> MOST_FLAG_BYTES;
            case VariableSpec.Category category ->
                category.values().stream()
                        .mapToInt(value -> value.getBytes(StandardCharsets.UTF_8).length)
                        .max()
                        .orElse(0);
            case VariableSpec.Composite composite ->
                composite.parts().stream().mapToInt(VariableText::mostBytes).sum()
                        + composite.parts().size();
        };
    }
}
