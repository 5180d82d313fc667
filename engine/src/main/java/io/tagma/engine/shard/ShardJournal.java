package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.ring.FrameSource;
import io.tagma.store.JournalAppender;
import io.tagma.store.StoreCode;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/** One shard's journal as the shard writes it: a batch of inputs, then what came of them. Owned by the shard's thread. */
final class ShardJournal implements OutputBuffer, AutoCloseable {
    private final JournalAppender appender;
    private final EpochNanoClock clock;
    private boolean full;
    private long timeNs; // of the last excerpt

    ShardJournal(final JournalAppender appender, final EpochNanoClock clock) {
        this.appender = appender;
        this.clock = clock;
    }

    /** Journals the current batch; only then may it take effect. */
    void inputs(final FrameSource frames, final int count, final long firstSequence) {
        timeNs = clock.nanoTime();
        if (frames instanceof StagedFrames staged) {
            check(appender.commit(staged.excerpt(), ExcerptType.INPUT, firstSequence, timeNs), firstSequence);
            return;
        }
        appender.begin(ExcerptType.INPUT, firstSequence, timeNs);
        for (int i = 0; i < count; i++) {
            check(appender.append(frames.buffer(), frames.frameOffset(i), frames.frameLength(i)), firstSequence);
        }
        check(appender.commit(), firstSequence);
    }

    /** Opens an excerpt for what follows from the inputs just journaled, at their time: a look at the clock is a hundredth of a lone decision. */
    void beginOutputs(final long firstSequence) {
        appender.begin(ExcerptType.OUTPUT, firstSequence, timeNs);
    }

    /** Opens an excerpt for what follows from all inputs so far. */
    void beginSeal(final long lastSequence) {
        timeNs = clock.nanoTime();
        beginOutputs(lastSequence);
    }

    /** Opens an excerpt for facts that nothing follows from. */
    void beginNotes(final long firstSequence) {
        timeNs = clock.nanoTime();
        appender.begin(ExcerptType.NOTE, firstSequence, timeNs);
    }

    /** All that is staged, to be put back behind another excerpt. */
    byte[] staged() {
        final byte[] copy = new byte[appender.staging().capacity()];
        appender.staging().getBytes(0, copy);
        return copy;
    }

    /** Puts back what was staged before, for readers; not to be committed again. */
    void restage(final byte[] copy) {
        appender.staging().putBytes(0, copy);
    }

    /** Seals the facts. */
    void commitNotes(final long firstSequence) {
        check(appender.commit(), firstSequence);
    }

    /** Seals the outputs; only then may anyone see them. An excerpt without frames is not written. */
    void commitOutputs(final long firstSequence) {
        check(appender.commit(), firstSequence);
    }

    private void check(final long result, final long sequence) {
        if (result < 0) {
            full = result == StoreCode.NO_SPACE;
            throw new EngineException("journal could not take the batch at sequence " + sequence + ": "
                    + StoreCode.name((int) result) + "; see to the disk, then launch again on the same directory");
        }
    }

    @Override
    public int claim(final int length) {
        return appender.claim(length);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return appender.staging();
    }

    /** Whether the disk had no room for the last excerpt: that somebody has to see to. */
    boolean isFull() {
        return full;
    }

    JournalAppender appender() {
        return appender;
    }

    @Override
    public void close() {
        appender.close();
    }
}
