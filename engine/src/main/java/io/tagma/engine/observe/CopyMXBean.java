package io.tagma.engine.observe;

/** One copy of an engine's directory: {@code io.tagma:type=Copy,engine=NAME,copy=N}. */
public interface CopyMXBean {
    /** Directory of the copy. */
    String getRoot();

    /** Whether it can be written; when not, it is tried again by itself. */
    boolean isOk();

    /** Committed bytes of the journals that it lacks. */
    long getLagBytes();

    /** Since it lacked nothing, ms. */
    long getLagMs();

    /** Bytes written to it since the launch. */
    long getShippedBytes();

    /** How often it was given up for a while. */
    long getFailures();

    /** What happened last, "" for nothing. */
    String getLastFailure();
}
