package io.tagma.engine.resilience;

/**
 * Bounds of agents on threads of their own. Immutable.
 *
 * @param waiting most requests that wait for one agent, a power of two
 * @param maxPayload most bytes of a request
 * @param hangNs time at one call from which an agent counts as hung and is asked no more until it comes back
 * @param idle what an idle thread does: see {@link io.tagma.ring.IdleStrategies#names()}
 * @param closeMs how long closing waits for each thread before it is given up
 */
public record IsolationTerms(int waiting, int maxPayload, long hangNs, String idle, int closeMs) {
    /** 64 requests of 512 bytes, hung after 20 ms, backing off, given up after a second. */
    public static final IsolationTerms DEFAULT = new IsolationTerms(64, 512, 20_000_000, "backoff", 1_000);

    /** Checks the ranges. */
    public IsolationTerms {
        if (waiting < 2 || Integer.bitCount(waiting) != 1 || maxPayload < 0 || hangNs < 1 || closeMs < 1) {
            throw new IllegalArgumentException(
                    "isolated agents need waiting, a power of two from 2, maxPayload of 0 or more, hangNs and closeMs"
                            + " above 0: " + waiting + ", " + maxPayload + ", " + hangNs + ", " + closeMs);
        }
    }
}
