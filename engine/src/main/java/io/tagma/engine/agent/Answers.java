package io.tagma.engine.agent;

/** Where answers from outside go in. Thread-safe. */
@FunctionalInterface
public interface Answers {
    /**
     * Hands in an answer: it is journaled, and given to the agent unless the request was answered or given up before.
     *
     * @param code one of {@link Answer}'s
     * @param ageNs 0, or the age of the last good answer that stands in
     * @return 0, or a negative {@link io.tagma.engine.ingest.SubmitCode}: full, closed, or too long for a slot
     */
    int answer(int shard, long request, int code, long ageNs, float[] floats, byte[] bytes);
}
