package io.tagma.engine.council.variable;

/** What came of a request about a variable. */
public enum VariableCode {
    /** Done. */
    OK,
    /** There is no variable of that name. */
    UNKNOWN_VARIABLE,
    /** The value is of another type than the variable. */
    WRONG_TYPE,
    /** The value is outside the variable's range, or NaN. */
    OUT_OF_RANGE,
    /** The value is none of the variable's categories. */
    UNKNOWN_CATEGORY,
    /** A composite of another number of parts. */
    WRONG_PARTS,
    /** The agent is none of those whom the variable concerns. */
    NOT_CONCERNED,
    /** There is no such proposal, or it is settled. */
    NO_PROPOSAL,
    /** The agent voted on it before. */
    VOTED_ALREADY,
    /** The sequence it shall apply at has passed. */
    TOO_LATE,
    /** As many proposals are open as there is room for. */
    TOO_MANY,
    /** The version is not kept, or never was. */
    NO_VERSION
}
