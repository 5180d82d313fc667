package io.tagma.engine.council.variable;

/**
 * What came of a request. Immutable.
 *
 * @param code {@link VariableCode#OK} or why it was refused
 * @param reason for people, naming the variable, the value and what would do; empty where it was not refused
 * @param proposal its number where the request made one or was about one, else 0
 */
public record VariableAnswer(VariableCode code, String reason, long proposal) {
    static final VariableAnswer OK = new VariableAnswer(VariableCode.OK, "", 0);

    static VariableAnswer accepted(final long proposal) {
        return new VariableAnswer(VariableCode.OK, "", proposal);
    }

    static VariableAnswer refused(final VariableCode code, final String reason) {
        return new VariableAnswer(code, reason, 0);
    }

    /** Whether it was done. */
    public boolean ok() {
        return code == VariableCode.OK;
    }
}
