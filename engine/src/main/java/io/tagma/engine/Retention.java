package io.tagma.engine;

/**
 * How much of a shard's journal is kept. A file goes when it is too old, or one too many, or beyond the bytes, and only when a
 * snapshot that is kept holds all that is in it, and the audit has seen it. What is gone cannot be replayed, explained or rolled back to.
 * Immutable.
 *
 * @param ageMs age that a file may have, ms since it was written last; 0 for no limit
 * @param files how many files there may be; 0 for no limit
 * @param bytes how many bytes they may have; 0 for no limit
 */
public record Retention(long ageMs, int files, long bytes) {
    /** The whole journal is kept: what an engine does unless told otherwise. */
    public static final Retention ALL = new Retention(0, 0, 0);

    /** Rejects what cannot be meant. */
    public Retention {
        if (ageMs < 0 || files < 0 || bytes < 0) {
            throw new EngineException("tagma.retention must be 0 or more: age " + ageMs + " ms, " + files + " files, "
                    + bytes + " bytes");
        }
    }

    /** Whether there is any limit. */
    public boolean limits() {
        return ageMs > 0 || files > 0 || bytes > 0;
    }
}
