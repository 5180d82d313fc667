package io.tagma.engine.shard;

import io.tagma.ring.FrameSource;
import io.tagma.ring.RingCode;
import io.tagma.store.ExcerptBuffer;
import io.tagma.store.StoreCode;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Inputs of the thread that steps their shard, laid out as the excerpt of the journal that they become: no ring, no copy, and one look at
 * the clock for all of them. Owned by that thread; only {@link #close} may be called by another.
 */
public final class StagedFrames implements FrameSource, AutoCloseable {
    private final ExcerptBuffer excerpt;
    private final NanoClock clock;
    private final int longest;
    private final int[] offsets;
    private final int[] lengths;
    private long timeNs;
    private boolean open;
    private volatile boolean closed;

    /**
     * Empty.
     *
     * @param frames how many there may be
     * @param longest bytes that one may have
     */
    StagedFrames(final int frames, final int longest, final NanoClock clock) {
        this.clock = clock;
        this.longest = longest;
        offsets = new int[frames];
        lengths = new int[frames];
        excerpt = ExcerptBuffer.of(frames, longest);
    }

    /**
     * Reserves the next frame, whose payload the caller writes in place, all of it.
     *
     * @return offset of the payload in {@link #buffer()}; or {@link RingCode#FULL} until the shard was stepped, which is also so while it
     *     works on these, {@link RingCode#TOO_LONG} or {@link RingCode#CLOSED}
     */
    public int claim(final int length) {
        final int count = excerpt.count();
        if (length > longest) {
            return (int) RingCode.TOO_LONG;
        }
        if (closed) {
            return (int) RingCode.CLOSED;
        }
        if (open || count == offsets.length) {
            return (int) RingCode.FULL;
        }
        if (count == 0) {
            timeNs = clock.nanoTime();
        }
        final int offset = excerpt.claim(length);
        if (offset < 0) {
            throw new IllegalStateException("no room for frame " + count + ": " + StoreCode.name(offset));
        }
        offsets[count] = offset;
        lengths[count] = length;
        return offset;
    }

    /** When the first of the frames came, in nanoseconds: the time of all of them. */
    public long timeNs() {
        return timeNs;
    }

    /** Frames that wait. */
    int count() {
        return excerpt.count();
    }

    /** The frames of the open batch, as they are journaled. */
    ExcerptBuffer excerpt() {
        return excerpt;
    }

    @Override
    public int beginBatch(final int limit) { // which is what there is room for
        final int count = excerpt.count();
        open = count > 0;
        return count;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return excerpt.buffer();
    }

    @Override
    public int frameOffset(final int i) {
        return offsets[i];
    }

    @Override
    public int frameLength(final int i) {
        return lengths[i];
    }

    @Override
    public void endBatch() {
        if (open) {
            open = false;
            excerpt.clear();
        }
    }

    /** From now on nothing is taken; what waits may still be worked off. The memory goes with the last reference. */
    @Override
    public void close() {
        closed = true;
    }
}
