package io.tagma.engine.supervise;

/**
 * What a supervisor must know of a child.
 *
 * @param id unique among its siblings
 * @param restart whether it is started again
 * @param supervisor whether it supervises others
 * @param stopTimeoutNs how long it may take to stop before it is forced, and again before it is abandoned; at least 1
 */
public record ChildSpec(String id, Restart restart, boolean supervisor, long stopTimeoutNs) {
    /** Checks. */
    public ChildSpec {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a child needs an id that is not blank, e.g. \"shard-0\"");
        }
        if (stopTimeoutNs < 1) {
            throw new IllegalArgumentException(
                    "child " + id + ": stopTimeoutNs must be at least 1, e.g. 5_000_000_000: " + stopTimeoutNs);
        }
    }
}
