package io.tagma.engine.council.variable;

/** What one of those concerned says to a proposal. */
public enum VariableVote {
    /** Says nothing: counts towards nobody's share. */
    ABSTAIN(0),
    /** For it. */
    AGREE(1),
    /** Against it; on the record as dissent. */
    REFUSE(2);

    private final int number;

    VariableVote(final int number) {
        this.number = number;
    }

    /** Its number in frames. */
    public int number() {
        return number;
    }
}
