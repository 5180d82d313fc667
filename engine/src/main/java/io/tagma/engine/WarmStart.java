package io.tagma.engine;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How an engine warms up before it goes live: recorded events go through a second engine over a scratch directory, with the same
 * stations, rings and journal code, until that code is compiled. Immutable.
 *
 * <p>That engine tells nobody: it has no listener, no copies, no JMX, and its directory is deleted. The live engine's state and journal
 * know nothing of it. Agents and rules are made by the context's factories, as for a replay; what they do outside the engine they do
 * here too.
 *
 * @param events how many to put through, outcomes not counted; 0 for no warm-up. Recorded ones are repeated when they are fewer
 * @param recorded directory of an engine with the same configuration, or null for the engine's own, as an earlier launch left it
 * @param longestNs when to stop at the latest, ns
 */
public record WarmStart(long events, @Nullable Path recorded, long longestNs) {
    /** No warm-up. */
    public static final WarmStart NONE = new WarmStart(0, null, TimeUnit.SECONDS.toNanos(1));

    private static final long DEFAULT_LONGEST_NS = TimeUnit.SECONDS.toNanos(30);

    /** Rejects what cannot work. */
    public WarmStart {
        if (events < 0) {
            throw new EngineException("tagma.warmStart: events must be 0 or more, e.g. 100000: " + events);
        }
        if (longestNs < 1) {
            throw new EngineException("tagma.warmStart: the longest time must be above 0 ns: " + longestNs);
        }
    }

    /** With the events that the engine's own journal holds. */
    public static WarmStart of(final long events) {
        return new WarmStart(events, null, DEFAULT_LONGEST_NS);
    }

    /** With the events of another engine of the same configuration, which may be running. */
    public static WarmStart of(final long events, final Path recorded) {
        return new WarmStart(events, recorded, DEFAULT_LONGEST_NS);
    }

    /** With another limit of time. */
    public WarmStart atMost(final long newLongestNs) {
        return new WarmStart(events, recorded, newLongestNs);
    }

    /**
     * What a warm-up came to.
     *
     * @param events put through
     * @param elapsedNs what it took, ns
     * @param words one sentence for the log
     */
    public record Report(long events, long elapsedNs, String words) {
        static final Report NONE = new Report(0, 0, "no warm-up");
    }
}
