package io.tagma.engine.council.variable;

/** What one of those concerned says to a proposal. */
public enum VariableVote {
    /** Says nothing: counts towards nobody's share. */
    ABSTAIN,
    /** For it. */
    AGREE,
    /** Against it; on the record as dissent. */
    REFUSE
}
