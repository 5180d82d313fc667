package io.tagma.ring;

/** One preallocated slot, the event of the Disruptor's ring buffer: knows where its bytes lie. Immutable, read by all threads. */
final class FrameSlot {
    /** Where the payload begins in the arena; the frame header lies {@link FrameSlotLayout#SLOT_HEADER_LENGTH} before it. */
    final int payloadOffset;

    FrameSlot(final int payloadOffset) {
        this.payloadOffset = payloadOffset;
    }
}
