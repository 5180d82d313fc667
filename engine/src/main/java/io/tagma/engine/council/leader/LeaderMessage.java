package io.tagma.engine.council.leader;

/**
 * One message between members. Immutable.
 *
 * @param kind what it says
 * @param topic whose leader it is about
 * @param from who sent it
 * @param term of the sender; of a {@link Kind#PROBE}, the term it would stand for
 * @param stampNs of a question, the sender's clock when it asked; of an answer, the stamp of the question it answers. Nobody
 *     but who asked compares it with a clock
 */
public record LeaderMessage(Kind kind, int topic, int from, long term, long stampNs) {
    /** What a message says. */
    public enum Kind {
        /** Would you vote for me? */
        PROBE,
        /** I would. */
        PROBE_OK,
        /** I stand for this term: vote for me. */
        CANDIDACY,
        /** You have my vote. */
        VOTE,
        /** I lead this term: renew my lease. */
        HEARTBEAT,
        /** Renewed. */
        RENEWED,
        /** Your term is over, mine is the current one. */
        STALE
    }
}
