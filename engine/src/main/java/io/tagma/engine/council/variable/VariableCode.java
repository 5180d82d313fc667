package io.tagma.engine.council.variable;

/** What came of a request about a variable. */
public enum VariableCode {
    /** Done. */
    OK(0),
    /** There is no variable of that name. */
    UNKNOWN_VARIABLE(1),
    /** The value is of another type than the variable. */
    WRONG_TYPE(2),
    /** The value is outside the variable's range, or NaN. */
    OUT_OF_RANGE(3),
    /** The value is none of the variable's categories. */
    UNKNOWN_CATEGORY(4),
    /** A composite of another number of parts. */
    WRONG_PARTS(5),
    /** The agent is none of those whom the variable concerns. */
    NOT_CONCERNED(6),
    /** There is no such proposal, or it is settled. */
    NO_PROPOSAL(7),
    /** The agent voted on it before. */
    VOTED_ALREADY(8),
    /** The sequence it shall apply at has passed. */
    TOO_LATE(9),
    /** As many proposals are open as there is room for. */
    TOO_MANY(10),
    /** The version is not kept, or never was. */
    NO_VERSION(11);

    private final int number;

    VariableCode(final int number) {
        this.number = number;
    }

    /** Its number in frames. */
    public int number() {
        return number;
    }
}
