package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.EventFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * Something that happened to a subject, as a caller hands it in. Owned by the thread that fills and submits it; reused for
 * ever, so that submitting allocates nothing.
 *
 * <p>{@snippet :
 * Event event = new Event();
 * event.reset().correlationId(17).subject(card).peer(terminal).timeNs(now).intent(0).value(12.50f);
 * }
 */
public final class Event {
    /** Most floats an event may carry. */
    public static final int MAX_VALUES = 256;

    /** Most bytes of text an event may carry. */
    public static final int MAX_TEXT_BYTES = 4096;

    /** Intent of an event whose text is to be classified. */
    public static final int UNCLASSIFIED = -1;

    private static final long HEADER = FrameWords.header(
            EventFrameEncoder.BLOCK_LENGTH,
            EventFrameEncoder.TEMPLATE_ID,
            EventFrameEncoder.SCHEMA_ID,
            EventFrameEncoder.SCHEMA_VERSION);

    private final float[] values = new float[MAX_VALUES];
    private byte[] text = new byte[64];

    private long correlationId;
    private long subject;
    private long peer;
    private long timeNs;
    private int intent;
    private int frameClass;
    private int valueCount;
    private int textLength;
    private boolean overflowed;
    private boolean finite;

    /** An empty, unclassified event. */
    public Event() {
        reset();
    }

    /** Back to an empty, unclassified event. */
    public Event reset() {
        correlationId = 0;
        subject = 0;
        peer = 0;
        timeNs = 0;
        intent = UNCLASSIFIED;
        frameClass = 0;
        valueCount = 0;
        textLength = 0;
        overflowed = false;
        finite = true;
        return this;
    }

    /** The caller's own number; the decision and the outcome name it. */
    public Event correlationId(final long value) {
        correlationId = value;
        return this;
    }

    /** Whose row is read and updated first; see {@link Subjects}. Not 0. */
    public Event subject(final long value) {
        subject = value;
        return this;
    }

    /** A second subject, whose owner decides; 0 for none. */
    public Event peer(final long value) {
        peer = value;
        return this;
    }

    /** Stream time, ns since the epoch. */
    public Event timeNs(final long value) {
        timeNs = value;
        return this;
    }

    /** Number of the intent in the engine's catalogue, or {@link #UNCLASSIFIED}. */
    public Event intent(final int value) {
        intent = value;
        return this;
    }

    /** Overflow class, 0 to 63: what may be dropped first when a ring is full. */
    public Event frameClass(final int value) {
        frameClass = value;
        return this;
    }

    /** Appends one float; must be finite. */
    public Event value(final float value) {
        if (valueCount == MAX_VALUES) {
            overflowed = true;
        } else {
            values[valueCount++] = value;
            finite &= Float.isFinite(value);
        }
        return this;
    }

    /** Sets the text, encoded as UTF-8. Allocates; on a hot path use {@link #text(byte[], int, int)}. */
    public Event text(final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return text(bytes, 0, bytes.length);
    }

    /** Sets the text from UTF-8 bytes. */
    public Event text(final byte[] source, final int offset, final int length) {
        if (length > MAX_TEXT_BYTES) {
            overflowed = true;
            return this;
        }
        if (length > text.length) {
            text = new byte[MAX_TEXT_BYTES];
        }
        System.arraycopy(source, offset, text, 0, length);
        textLength = length;
        return this;
    }

    /** The caller's own number. */
    public long correlationId() {
        return correlationId;
    }

    /** The subject whose shard receives the event. */
    public long subject() {
        return subject;
    }

    /** The second subject, or 0. */
    public long peer() {
        return peer;
    }

    /** The intent, or {@link #UNCLASSIFIED}. */
    public int intent() {
        return intent;
    }

    /** The overflow class. */
    public int frameClass() {
        return frameClass;
    }

    /** Bytes of text. */
    public int textLength() {
        return textLength;
    }

    /** Length of the encoded frame in bytes. */
    public int encodedLength() {
        return MessageHeaderEncoder.ENCODED_LENGTH
                + EventFrameEncoder.BLOCK_LENGTH
                + EventFrameEncoder.valuesHeaderLength()
                + Float.BYTES * valueCount
                + EventFrameEncoder.textHeaderLength()
                + textLength;
    }

    /**
     * Whether an engine with a catalogue of {@code intents} intents can take this event.
     *
     * @return {@link SubmitCode#ACCEPTED} or the code of the first thing that is wrong
     */
    public int check(final int intents, final boolean classifies) {
        if (overflowed) {
            return SubmitCode.TOO_LONG;
        }
        if (subject == 0 || frameClass < 0 || frameClass > 63) {
            return SubmitCode.INVALID;
        }
        if (!finite) {
            return SubmitCode.NOT_FINITE;
        }
        final boolean known = intent >= 0 && intent < intents;
        final boolean classifiable = intent == UNCLASSIFIED && classifies && textLength > 0;
        return known || classifiable ? SubmitCode.ACCEPTED : SubmitCode.UNKNOWN_INTENT;
    }

    /**
     * Writes the frame; returns its length in bytes, which equals {@link #encodedLength()}.
     *
     * @throws IndexOutOfBoundsException when it does not fit; then nothing was written
     */
    public int encode(final MutableDirectBuffer buffer, final int offset, final long ingestNs) {
        final int length = encodedLength();
        final long start = FrameWords.room(buffer, offset, length);
        final byte[] array = buffer.byteArray();
        FrameWords.putLong(array, start, HEADER);
        final long body = start + MessageHeaderEncoder.ENCODED_LENGTH;
        FrameWords.putLong(array, body + EventFrameEncoder.correlationIdEncodingOffset(), correlationId);
        FrameWords.putLong(array, body + EventFrameEncoder.subjectEncodingOffset(), subject);
        FrameWords.putLong(array, body + EventFrameEncoder.peerEncodingOffset(), peer);
        FrameWords.putLong(array, body + EventFrameEncoder.timeNsEncodingOffset(), timeNs);
        FrameWords.putLong(array, body + EventFrameEncoder.ingestNsEncodingOffset(), ingestNs);
        FrameWords.putShort(array, body + EventFrameEncoder.intentEncodingOffset(), intent);
        FrameWords.putByte(array, body + EventFrameEncoder.frameClassEncodingOffset(), frameClass);
        FrameWords.putByte(array, body + EventFrameEncoder.reservedEncodingOffset(), 0);
        long at = body + EventFrameEncoder.BLOCK_LENGTH;
        FrameWords.putShort(array, at, valueCount * Float.BYTES);
        at += Short.BYTES;
        for (int i = 0; i < valueCount; i++) {
            FrameWords.putFloat(array, at, values[i]);
            at += Float.BYTES;
        }
        FrameWords.putShort(array, at, textLength);
        if (textLength > 0) {
            buffer.putBytes(offset + length - textLength, text, 0, textLength);
        }
        return length;
    }
}
