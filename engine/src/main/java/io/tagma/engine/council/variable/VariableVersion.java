package io.tagma.engine.council.variable;

/**
 * One version of a variable. Immutable.
 *
 * @param version from 0, the value it begins with
 * @param sequence of the first input that saw it
 * @param value what it was
 * @param by the agent that proposed it, or {@link #NOBODY}
 * @param proposal its number, or 0
 */
public record VariableVersion(long version, long sequence, VariableValue value, int by, long proposal) {
    /** Nobody proposed the first value. */
    public static final int NOBODY = -1;
}
