package io.tagma.store;

import java.util.concurrent.atomic.AtomicLong;

/** What a {@link JournalAppender} counts since it was opened. Written by its owner alone, read by any thread. */
public final class JournalCounters {
    private final AtomicLong excerpts = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    JournalCounters() {}

    /** Excerpts committed. */
    public long excerpts() {
        return excerpts.getOpaque();
    }

    /** Frames in them. */
    public long frames() {
        return frames.getOpaque();
    }

    /** Their bytes, headers included. */
    public long bytes() {
        return bytes.getOpaque();
    }

    /** Commits that ended with a negative code. */
    public long failures() {
        return failures.getOpaque();
    }

    // One writer: a plain read and an opaque write make an increment, without the locked instruction.
    void countCommit(final int frameCount, final int length) {
        excerpts.setOpaque(excerpts.getPlain() + 1);
        frames.setOpaque(frames.getPlain() + frameCount);
        bytes.setOpaque(bytes.getPlain() + length);
    }

    void countRecords(final int records, final int length) {
        excerpts.setOpaque(excerpts.getPlain() + records);
        frames.setOpaque(frames.getPlain() + records);
        bytes.setOpaque(bytes.getPlain() + length);
    }

    void countFailure() {
        failures.setOpaque(failures.getPlain() + 1);
    }
}
