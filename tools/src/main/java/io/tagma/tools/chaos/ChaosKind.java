package io.tagma.tools.chaos;

/** What can go wrong on purpose. */
public enum ChaosKind {
    /** An agent throws an error once and is made anew. */
    KILL("kill"),

    /** An event on which every handler throws. */
    POISON("poison"),

    /** An isolated agent that does not come back for long: it waits, or runs in a circle, and does not listen when interrupted. */
    HANG("hang"),

    /** A handler on a shard's own thread that does not come back for a while: it waits, or runs in a circle, and its shard with it. */
    SHARD_HANG("shard-hang"),

    /** A handler that allocates much. */
    ALLOCATE("allocate");

    private final String label;

    ChaosKind(final String label) {
        this.label = label;
    }

    /** How people see it. */
    public String label() {
        return label;
    }
}
