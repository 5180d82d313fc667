package io.tagma.engine.observe;

/** A shard's journal and its audit: {@code io.tagma:type=Journal,engine=NAME,shard=N}. */
public interface JournalMXBean {
    /** Excerpts written since the launch. */
    long getExcerpts();

    /** Frames in them. */
    long getFrames();

    /** Bytes written. */
    long getBytes();

    /** Bytes whose pages were brought in before the shard came to them; 0 where the system cannot. */
    long getPrefaultedBytes();

    /** Excerpts that could not be written. */
    long getFailures();

    /** Audit records written since the launch. */
    long getAuditRecords();

    /** Inputs that the audit has yet to see. */
    long getAuditLag();

    /** Times that the disk refused an audit record; none is left out, each is tried again until it is there. */
    long getAuditFailures();

    /** Whether audit records wait because the disk refused the first of them. */
    boolean isAuditPaused();
}
