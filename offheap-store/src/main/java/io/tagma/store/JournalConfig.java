package io.tagma.store;

import java.nio.file.Path;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;

/**
 * How to open a {@link JournalAppender}. Immutable.
 *
 * @param directory of the journal, made when missing
 * @param rollEvery time that one file covers; a journal keeps what it was created with
 * @param clock chooses the file and nothing else: give it wall-clock time, also where the engine's time is simulated
 * @param stagingCapacity bytes that one excerpt may have, 1 KiB to {@link #MAX_STAGING}
 * @param minFreeBytes free space that the file system must have, else {@link StoreCode#NO_SPACE}; at least
 *     {@link #MIN_FREE}: a mapped write to a full disk is a signal, not an error
 */
public record JournalConfig(
        Path directory, RollEvery rollEvery, EpochNanoClock clock, int stagingCapacity, long minFreeBytes) {
    /** Longest excerpt: what fits behind any position of a mapped block. */
    public static final int MAX_STAGING = 8 << 20;

    /** Least free space to insist on. */
    public static final long MIN_FREE = 64L << 20;

    private static final int MIN_STAGING = 1 << 10;
    private static final int DEFAULT_STAGING = 1 << 20;
    private static final long DEFAULT_FREE = 256L << 20;

    /** Rejects what cannot work. */
    public JournalConfig {
        if (stagingCapacity < MIN_STAGING || stagingCapacity > MAX_STAGING) {
            throw new IllegalArgumentException(
                    "stagingCapacity must be " + MIN_STAGING + " to " + MAX_STAGING + " bytes: " + stagingCapacity);
        }
        if (minFreeBytes < MIN_FREE) {
            throw new IllegalArgumentException("minFreeBytes must be at least " + MIN_FREE + ": " + minFreeBytes);
        }
    }

    /** A file an hour, the system's clock, excerpts of up to 1 MiB, 256 MiB kept free. */
    public static JournalConfig of(final Path directory) {
        return new JournalConfig(directory, RollEvery.HOUR, new OffsetEpochNanoClock(), DEFAULT_STAGING, DEFAULT_FREE);
    }

    /** The same with another roll cycle. */
    public JournalConfig rollEvery(final RollEvery every) {
        return new JournalConfig(directory, every, clock, stagingCapacity, minFreeBytes);
    }

    /** The same with another clock. */
    public JournalConfig clock(final EpochNanoClock other) {
        return new JournalConfig(directory, rollEvery, other, stagingCapacity, minFreeBytes);
    }

    /** The same with another staging capacity. */
    public JournalConfig stagingCapacity(final int bytes) {
        return new JournalConfig(directory, rollEvery, clock, bytes, minFreeBytes);
    }

    /** The same with another reserve of free space. */
    public JournalConfig minFreeBytes(final long bytes) {
        return new JournalConfig(directory, rollEvery, clock, stagingCapacity, bytes);
    }
}
