package io.tagma.engine.council.variable;

import java.util.HashSet;
import java.util.List;

/** What a variable may be: type, range, unit and the value it begins with. Immutable. */
public sealed interface VariableSpec {
    /** What it is called; parts of a composite are called within it. */
    String name();

    /** The unit of its numbers, e.g. {@code ms}; empty where there is none. */
    String unit();

    /** The value it begins with. */
    VariableValue standard();

    /** Whether a value may be taken; a refusal says what would do. */
    VariableAnswer check(VariableValue value);

    /**
     * A number on a scale.
     *
     * @param min the least value, finite
     * @param max the greatest, finite
     * @param first the one it begins with
     */
    record Real(String name, String unit, double min, double max, double first) implements VariableSpec {
        /** Checks the range. */
        public Real {
            if (!(Double.isFinite(min) && Double.isFinite(max) && min <= first && first <= max)) {
                throw new IllegalArgumentException(
                        name + ": its first value must be in a finite range: " + first + " in " + min + " to " + max);
            }
        }

        @Override
        public VariableValue standard() {
            return VariableValue.of(first);
        }

        @Override
        public VariableAnswer check(final VariableValue value) {
            if (!(value instanceof VariableValue.Real real)) {
                return wrongType(this, "a real number", value);
            }
            return real.value() >= min && real.value() <= max
                    ? VariableAnswer.OK
                    : outOfRange(name + " must be " + min + " to " + max + " " + unit, real.value());
        }
    }

    /**
     * A whole number.
     *
     * @param min the least value
     * @param max the greatest
     * @param first the one it begins with
     */
    record Whole(String name, String unit, long min, long max, long first) implements VariableSpec {
        /** Checks the range. */
        public Whole {
            if (min > first || first > max) {
                throw new IllegalArgumentException(
                        name + ": its first value must be in its range: " + first + " in " + min + " to " + max);
            }
        }

        @Override
        public VariableValue standard() {
            return VariableValue.of(first);
        }

        @Override
        public VariableAnswer check(final VariableValue value) {
            if (!(value instanceof VariableValue.Whole whole)) {
                return wrongType(this, "a whole number", value);
            }
            return whole.value() >= min && whole.value() <= max
                    ? VariableAnswer.OK
                    : outOfRange(name + " must be " + min + " to " + max + " " + unit, whole.value());
        }
    }

    /** Yes or no. */
    record Flag(String name, boolean first) implements VariableSpec {
        @Override
        public String unit() {
            return "";
        }

        @Override
        public VariableValue standard() {
            return VariableValue.of(first);
        }

        @Override
        public VariableAnswer check(final VariableValue value) {
            return value instanceof VariableValue.Flag ? VariableAnswer.OK : wrongType(this, "true or false", value);
        }
    }

    /**
     * One of a few names.
     *
     * @param values the names
     * @param first the one it begins with
     */
    record Category(String name, List<String> values, String first) implements VariableSpec {
        /** Checks that names differ and hold the first. */
        public Category {
            values = List.copyOf(values);
            if (new HashSet<>(values).size() != values.size() || !values.contains(first)) {
                throw new IllegalArgumentException(
                        name + ": categories must differ, and its first value must be one of them: " + first + " in "
                                + values);
            }
        }

        @Override
        public String unit() {
            return "";
        }

        @Override
        public VariableValue standard() {
            return VariableValue.of(first);
        }

        @Override
        public VariableAnswer check(final VariableValue value) {
            if (!(value instanceof VariableValue.Category category)) {
                return wrongType(this, "a category", value);
            }
            return values.contains(category.value())
                    ? VariableAnswer.OK
                    : VariableAnswer.refused(
                            VariableCode.UNKNOWN_CATEGORY,
                            name + " must be one of " + values + ": '" + category.value() + "'");
        }
    }

    /**
     * Several values that change together.
     *
     * @param parts their specifications
     */
    record Composite(String name, List<VariableSpec> parts) implements VariableSpec {
        /** Checks that there are parts and that their names differ. */
        public Composite {
            parts = List.copyOf(parts);
            final HashSet<String> names = new HashSet<>();
            parts.forEach(part -> names.add(part.name()));
            if (parts.isEmpty() || names.size() != parts.size()) {
                throw new IllegalArgumentException(name + ": a composite needs parts whose names differ: " + names);
            }
        }

        @Override
        public String unit() {
            return "";
        }

        @Override
        public VariableValue standard() {
            return new VariableValue.Composite(
                    parts.stream().map(VariableSpec::standard).toList());
        }

        @Override
        public VariableAnswer check(final VariableValue value) {
            if (!(value instanceof VariableValue.Composite composite)) {
                return wrongType(this, "a composite", value);
            }
            if (composite.parts().size() != parts.size()) {
                return VariableAnswer.refused(
                        VariableCode.WRONG_PARTS,
                        name + " has " + parts.size() + " parts: "
                                + composite.parts().size() + " were given");
            }
            for (int i = 0; i < parts.size(); i++) {
                final VariableAnswer answer =
                        parts.get(i).check(composite.parts().get(i));
                if (!answer.ok()) {
                    return VariableAnswer.refused(answer.code(), name + "." + answer.reason());
                }
            }
            return VariableAnswer.OK;
        }
    }

    private static VariableAnswer wrongType(final VariableSpec spec, final String wanted, final VariableValue value) {
        return VariableAnswer.refused(VariableCode.WRONG_TYPE, spec.name() + " must be " + wanted + ": " + value);
    }

    private static VariableAnswer outOfRange(final String wanted, final Number value) {
        return VariableAnswer.refused(VariableCode.OUT_OF_RANGE, wanted.strip() + ": " + value);
    }
}
