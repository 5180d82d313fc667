package io.tagma.engine.council.variable;

/** How a proposal ended. */
public enum Fate {
    /** It is the variable's value from its sequence on. */
    APPLIED,
    /** Those concerned, or the policy, did not want it. */
    REJECTED,
    /** It was still open when its sequence came. */
    LAPSED,
    /** Accepted, but another change came first. */
    STALE
}
