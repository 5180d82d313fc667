package io.tagma.ring;

import org.agrona.MutableDirectBuffer;

/**
 * Frames that are taken in bounded batches, in two phases, so that a batch can be journaled before it has any effect: what
 * {@link FrameRing} is to its consumer. Owned by the thread that takes them.
 */
public interface FrameSource {
    /**
     * Opens a batch of the oldest frames, which stay in place until {@link #endBatch()}. A batch that is still open is presented again,
     * whole.
     *
     * @param limit most frames to take
     * @return the number of frames, 0 if there is none
     */
    int beginBatch(int limit);

    /** Where the frames lie. */
    MutableDirectBuffer buffer();

    /** Where frame {@code i} of the open batch begins in {@link #buffer()}: 8-byte aligned. */
    int frameOffset(int i);

    /** Bytes of frame {@code i} of the open batch. */
    int frameLength(int i);

    /** Lets go of the open batch; does nothing when none is open. */
    void endBatch();
}
