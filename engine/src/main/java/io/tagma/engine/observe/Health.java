package io.tagma.engine.observe;

/**
 * How one station of an engine is. Immutable.
 *
 * @param station its name, e.g. {@code journal-0}
 * @param state how it is
 * @param reason why it is not ready, and what that means for those who use it; empty where it is
 */
public record Health(String station, State state, String reason) {
    /** From well to ill. */
    public enum State {
        /** Does all that it is there for. */
        READY,
        /** Goes on without a part of it. */
        DEGRADED,
        /** The process lives, but this does not work. */
        LIVE
    }

    /** A station that is well. */
    public static Health ready(final String station) {
        return new Health(station, State.READY, "");
    }

    /** A station that goes on without a part of what it is there for. */
    public static Health degraded(final String station, final String reason) {
        return new Health(station, State.DEGRADED, reason);
    }

    /** A station that does not work. */
    public static Health live(final String station, final String reason) {
        return new Health(station, State.LIVE, reason);
    }

    /** In a word. */
    public String word() {
        return switch (state) {
            case READY -> "ready";
            case DEGRADED -> "degraded";
            case LIVE -> "live";
        };
    }
}
