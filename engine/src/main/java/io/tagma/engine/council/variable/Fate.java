package io.tagma.engine.council.variable;

/** How a proposal ended. */
public enum Fate {
    /** It is the variable's value from its sequence on. */
    APPLIED(0),
    /** Those concerned, or the policy, did not want it. */
    REJECTED(1),
    /** It was still open when its sequence came. */
    LAPSED(2),
    /** Accepted, but another change came first. */
    STALE(3);

    private final int number;

    Fate(final int number) {
        this.number = number;
    }

    /** Its number in frames. */
    public int number() {
        return number;
    }
}
