package io.tagma.engine.observe;

/** An engine's dead letters: {@code io.tagma:type=DeadLetters,engine=NAME}. */
public interface DeadLettersMXBean {
    /** The engine's directory. */
    String getDirectory();

    /** Letters that are kept. */
    long getLetters();

    /** Letters since the launch that found no room; they are in the journal. */
    long getDropped();

    /** Letters that wait to be submitted again. */
    long getWaiting();

    /**
     * Submits those that wait, each once, in their order.
     *
     * @return how many were taken: fewer than wait when a ring is full, then call again
     */
    int resubmit();
}
