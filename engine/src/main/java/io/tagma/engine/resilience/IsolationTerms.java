package io.tagma.engine.resilience;

/**
 * Bounds of agents on threads of their own. Immutable.
 *
 * @param waiting most requests that wait for one agent, a power of two
 * @param maxPayload most bytes of a request
 * @param hangNs time at one call from which an agent counts as hung: its thread is given up, what it had goes back to those who asked
 * @param idle what an idle thread does: see {@link io.tagma.ring.IdleStrategies#names()}
 * @param closeMs how long closing waits for each thread before it is given up
 * @param givenUp most threads of one agent that were given up and still run beside the one that works, 0 to {@value #MOST_GIVEN_UP}. A thread
 *     that is given up is followed by a fresh one; where more run already, once one of them has ended, and until then the agent is not asked
 */
public record IsolationTerms(int waiting, int maxPayload, long hangNs, String idle, int closeMs, int givenUp) {
    /** The greatest {@code givenUp}. */
    public static final int MOST_GIVEN_UP = 64;

    private static final int USUALLY_GIVEN_UP = 3;

    /** 64 requests of 512 bytes, hung after 20 ms, backing off, three given up, a second for closing. */
    public static final IsolationTerms DEFAULT = new IsolationTerms(64, 512, 20_000_000, "backoff", 1_000);

    /** Checks the ranges. */
    public IsolationTerms {
        if (waiting < 2 || Integer.bitCount(waiting) != 1 || maxPayload < 0 || hangNs < 1 || closeMs < 1) {
            throw new IllegalArgumentException(
                    "isolated agents need waiting, a power of two from 2, maxPayload of 0 or more, hangNs and closeMs"
                            + " above 0: " + waiting + ", " + maxPayload + ", " + hangNs + ", " + closeMs);
        }
        if (givenUp < 0 || givenUp > MOST_GIVEN_UP) {
            throw new IllegalArgumentException(
                    "threads given up of an isolated agent must be 0 to " + MOST_GIVEN_UP + ": " + givenUp);
        }
    }

    /** The same bounds with up to three threads given up. */
    public IsolationTerms(
            final int waiting, final int maxPayload, final long hangNs, final String idle, final int closeMs) {
        this(waiting, maxPayload, hangNs, idle, closeMs, USUALLY_GIVEN_UP);
    }

    /** The same with another number of threads that may be given up. */
    public IsolationTerms givenUp(final int most) {
        return new IsolationTerms(waiting, maxPayload, hangNs, idle, closeMs, most);
    }
}
