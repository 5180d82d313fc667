package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What became of an event that was decided earlier. Owned by the thread that fills and submits it; reused for ever. An
 * outcome teaches once: a second one for the same event is counted as unmatched.
 */
public final class Outcome {
    /** Length of the encoded frame in bytes. */
    public static final int ENCODED_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + OutcomeFrameEncoder.BLOCK_LENGTH;

    private static final long HEADER = FrameWords.header(
            OutcomeFrameEncoder.BLOCK_LENGTH,
            OutcomeFrameEncoder.TEMPLATE_ID,
            OutcomeFrameEncoder.SCHEMA_ID,
            OutcomeFrameEncoder.SCHEMA_VERSION);

    private long correlationId;
    private long owner;
    private long timeNs;
    private float label;
    private int intent = Event.UNCLASSIFIED;
    private int frameClass;

    /** The number of the event that was decided. */
    public Outcome correlationId(final long value) {
        correlationId = value;
        return this;
    }

    /** The deciding subject: the event's peer, or its subject where it had none. */
    public Outcome owner(final long value) {
        owner = value;
        return this;
    }

    /** Stream time at which the outcome became known, ns since the epoch. */
    public Outcome timeNs(final long value) {
        timeNs = value;
        return this;
    }

    /** 0 (negative) to 1 (positive). */
    public Outcome label(final float value) {
        label = value;
        return this;
    }

    /** The true intent, or {@link Event#UNCLASSIFIED} when it is not known. */
    public Outcome intent(final int value) {
        intent = value;
        return this;
    }

    /** Overflow class, 0 to 63. */
    public Outcome frameClass(final int value) {
        frameClass = value;
        return this;
    }

    /** The number of the event that was decided. */
    public long correlationId() {
        return correlationId;
    }

    /** Stream time at which the outcome became known, ns since the epoch. */
    public long timeNs() {
        return timeNs;
    }

    /** 0 (negative) to 1 (positive). */
    public float label() {
        return label;
    }

    /** The true intent, or {@link Event#UNCLASSIFIED}. */
    public int intent() {
        return intent;
    }

    /** The deciding subject. */
    public long owner() {
        return owner;
    }

    /** The overflow class. */
    public int frameClass() {
        return frameClass;
    }

    /** Whether the outcome can be taken: {@link SubmitCode#ACCEPTED} or what is wrong. */
    public int check(final int intents) {
        if (owner == 0 || frameClass < 0 || frameClass > 63) {
            return SubmitCode.INVALID;
        }
        if (!(label >= 0f && label <= 1f)) {
            return SubmitCode.NOT_FINITE;
        }
        return intent >= Event.UNCLASSIFIED && intent < intents ? SubmitCode.ACCEPTED : SubmitCode.UNKNOWN_INTENT;
    }

    /**
     * Writes the frame; returns its length in bytes.
     *
     * @throws IndexOutOfBoundsException when it does not fit; then nothing was written
     */
    public int encode(final MutableDirectBuffer buffer, final int offset, final long ingestNs) {
        final long start = FrameWords.room(buffer, offset, ENCODED_LENGTH);
        final byte[] array = buffer.byteArray();
        FrameWords.putLong(array, start, HEADER);
        final long body = start + MessageHeaderEncoder.ENCODED_LENGTH;
        FrameWords.putLong(array, body + OutcomeFrameEncoder.correlationIdEncodingOffset(), correlationId);
        FrameWords.putLong(array, body + OutcomeFrameEncoder.ownerEncodingOffset(), owner);
        FrameWords.putLong(array, body + OutcomeFrameEncoder.timeNsEncodingOffset(), timeNs);
        FrameWords.putLong(array, body + OutcomeFrameEncoder.ingestNsEncodingOffset(), ingestNs);
        FrameWords.putFloat(array, body + OutcomeFrameEncoder.labelEncodingOffset(), label);
        FrameWords.putShort(array, body + OutcomeFrameEncoder.intentEncodingOffset(), intent);
        FrameWords.putByte(array, body + OutcomeFrameEncoder.frameClassEncodingOffset(), frameClass);
        FrameWords.putByte(array, body + OutcomeFrameEncoder.reservedEncodingOffset(), 0);
        return ENCODED_LENGTH;
    }

    /**
     * Takes over what a frame says, all but when it was submitted.
     *
     * @param offset where the frame's message header is
     * @throws IndexOutOfBoundsException when the buffer ends before the frame does
     */
    public Outcome decode(final DirectBuffer buffer, final int offset) {
        final byte[] array = buffer.byteArray();
        final long body = FrameWords.address(buffer, offset, ENCODED_LENGTH) + MessageHeaderDecoder.ENCODED_LENGTH;
        correlationId = FrameWords.getLong(array, body + OutcomeFrameDecoder.correlationIdEncodingOffset());
        owner = FrameWords.getLong(array, body + OutcomeFrameDecoder.ownerEncodingOffset());
        timeNs = FrameWords.getLong(array, body + OutcomeFrameDecoder.timeNsEncodingOffset());
        label = FrameWords.getFloat(array, body + OutcomeFrameDecoder.labelEncodingOffset());
        intent = FrameWords.getShort(array, body + OutcomeFrameDecoder.intentEncodingOffset());
        frameClass = FrameWords.getByte(array, body + OutcomeFrameDecoder.frameClassEncodingOffset());
        return this;
    }
}
