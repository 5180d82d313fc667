package io.tagma.engine.council.variable;

import java.util.List;

/** A value of a variable, of one of five types. Immutable. */
public sealed interface VariableValue {
    /** A number on a scale. */
    record Real(double value) implements VariableValue {}

    /** A whole number. */
    record Whole(long value) implements VariableValue {}

    /** Yes or no. */
    record Flag(boolean value) implements VariableValue {}

    /** One of a few names. */
    record Category(String value) implements VariableValue {}

    /** Several values that change together, in the order of their specifications. */
    record Composite(List<VariableValue> parts) implements VariableValue {
        /** Copies the list. */
        public Composite {
            parts = List.copyOf(parts);
        }
    }

    /** A number on a scale. */
    static VariableValue of(final double value) {
        return new Real(value);
    }

    /** A whole number. */
    static VariableValue of(final long value) {
        return new Whole(value);
    }

    /** Yes or no. */
    static VariableValue of(final boolean value) {
        return new Flag(value);
    }

    /** One of a few names. */
    static VariableValue of(final String value) {
        return new Category(value);
    }

    /** Several values that change together. */
    static VariableValue of(final VariableValue... parts) {
        return new Composite(List.of(parts));
    }
}
