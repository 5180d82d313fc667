package io.tagma.engine.agent;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.FrameWords;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One event as agents see it: the frame, read in place, and the features that the profile rules drew from the rows. Owned
 * by the shard's thread; valid during the call.
 */
public final class Task {
    /** Most features that the rules may contribute to one task. */
    public static final int MAX_FEATURES = 64;

    private final ReferralFrameDecoder referral = new ReferralFrameDecoder();
    private final float[] features = new float[MAX_FEATURES];
    private final int maxFeatures;
    private DirectBuffer buffer;
    private int frameOffset;
    private long sequence;
    private long correlationId;
    private long subject;
    private long peer;
    private long timeNs;
    private long ingestNs;
    private int intent;
    private float confidence;
    private float outOfScope;
    private int featureCount;
    private int valuesOffset;
    private int valueCount;
    private int textOffset;
    private int textLength;

    /**
     * A task that points to nothing yet.
     *
     * @param maxFeatures most features that count, up to {@link #MAX_FEATURES}; what rules contribute beyond is cut off
     */
    public Task(final DirectBuffer initial, final int maxFeatures) {
        buffer = initial;
        this.maxFeatures = maxFeatures;
    }

    /** Reads an {@code EventFrame} whose message header is at {@code offset}. */
    public Task wrapEvent(final DirectBuffer source, final int offset, final long inputSequence) {
        point(source, offset, inputSequence);
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final byte[] array = source.byteArray();
        final long at = FrameWords.address(source, body, EventFrameDecoder.BLOCK_LENGTH);
        correlationId = FrameWords.getLong(array, at + EventFrameDecoder.correlationIdEncodingOffset());
        subject = FrameWords.getLong(array, at + EventFrameDecoder.subjectEncodingOffset());
        peer = FrameWords.getLong(array, at + EventFrameDecoder.peerEncodingOffset());
        timeNs = FrameWords.getLong(array, at + EventFrameDecoder.timeNsEncodingOffset());
        ingestNs = FrameWords.getLong(array, at + EventFrameDecoder.ingestNsEncodingOffset());
        clearAnswer(FrameWords.getShort(array, at + EventFrameDecoder.intentEncodingOffset()));
        featureCount = 0;
        final int text = wrapValues(body + EventFrameDecoder.BLOCK_LENGTH);
        wrapText(text);
        return this;
    }

    /** Reads a {@code ReferralFrame}, first subject's features included. */
    public Task wrapReferral(final DirectBuffer source, final int offset, final long inputSequence) {
        point(source, offset, inputSequence);
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        referral.wrap(source, body, ReferralFrameDecoder.BLOCK_LENGTH, ReferralFrameDecoder.SCHEMA_VERSION);
        correlationId = referral.correlationId();
        subject = referral.subject();
        peer = referral.peer();
        timeNs = referral.timeNs();
        ingestNs = referral.ingestNs();
        clearAnswer(referral.intent());
        int at = wrapValues(body + ReferralFrameDecoder.BLOCK_LENGTH);
        featureCount = Math.min(lengthAt(at) / Float.BYTES, maxFeatures);
        for (int i = 0; i < featureCount; i++) {
            features[i] = buffer.getFloat(at + Short.BYTES + i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
        }
        at += Short.BYTES + lengthAt(at);
        wrapText(at);
        return this;
    }

    /**
     * Reads a frame that was kept, with the features that the rules had added when it was.
     *
     * @param inputSequence of the input that the task is taken up again for
     * @param kept holds {@code count} features from {@code at} on
     */
    public Task restore(
            final DirectBuffer source,
            final int offset,
            final long inputSequence,
            final float[] kept,
            final int at,
            final int count) {
        final int template =
                source.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
        if (template == ReferralFrameDecoder.TEMPLATE_ID) {
            wrapReferral(source, offset, inputSequence);
        } else {
            wrapEvent(source, offset, inputSequence);
        }
        System.arraycopy(kept, at, features, 0, count);
        featureCount = count;
        return this;
    }

    /** Copies the frame, so that it can be {@linkplain #restore restored}; returns its length in bytes. */
    public int copyFrame(final MutableDirectBuffer into, final int at) {
        final int length = textOffset + textLength - frameOffset;
        into.putBytes(at, buffer, frameOffset, length);
        return length;
    }

    private void point(final DirectBuffer source, final int offset, final long inputSequence) {
        buffer = source;
        frameOffset = offset;
        sequence = inputSequence;
    }

    private void clearAnswer(final int frameIntent) {
        intent = frameIntent;
        confidence = frameIntent == Event.UNCLASSIFIED ? 0f : 1f;
        outOfScope = 0f;
    }

    private int wrapValues(final int at) {
        final int bytes = lengthAt(at);
        valuesOffset = at + Short.BYTES;
        valueCount = bytes / Float.BYTES;
        return valuesOffset + bytes;
    }

    private void wrapText(final int at) {
        textLength = lengthAt(at);
        textOffset = at + Short.BYTES;
    }

    private int lengthAt(final int at) {
        return buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    /** Records what the classifier said. */
    public void classified(final int classifiedIntent, final float probability, final float strangeness) {
        intent = classifiedIntent;
        confidence = probability;
        outOfScope = strangeness;
    }

    /** Takes over what a rule wrote behind the features so far, as much of it as there is room for. */
    public void contributed(final int count) {
        featureCount += Math.clamp(count, 0, maxFeatures - featureCount);
    }

    /** Sequence of the input on its shard, from 1. */
    public long sequence() {
        return sequence;
    }

    /** The caller's own number. */
    public long correlationId() {
        return correlationId;
    }

    /** The first subject. */
    public long subject() {
        return subject;
    }

    /** The second subject, 0 for none. */
    public long peer() {
        return peer;
    }

    /** The subject whose owner decides. */
    public long decider() {
        return peer != 0 ? peer : subject;
    }

    /** Stream time, epoch ns. */
    public long timeNs() {
        return timeNs;
    }

    /** The submitting clock, for latency only: no decision may depend on it. */
    public long ingestNs() {
        return ingestNs;
    }

    /** The intent, given or classified. */
    public int intent() {
        return intent;
    }

    /** Probability of the intent; 1 where it was given. */
    public float confidence() {
        return confidence;
    }

    /** How strange the text was, greater is stranger. */
    public float outOfScope() {
        return outOfScope;
    }

    /** How many floats the event carries. */
    public int valueCount() {
        return valueCount;
    }

    /** The {@code i}-th float of the event. */
    public float value(final int i) {
        return buffer.getFloat(valuesOffset + i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** Features so far, from index 0; {@link #featureCount()} of them count. Written by rules only. */
    public float[] features() {
        return features;
    }

    /** How many features there are. */
    public int featureCount() {
        return featureCount;
    }

    /** Buffer that holds the text. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the text starts in {@link #buffer()}. */
    public int textOffset() {
        return textOffset;
    }

    /** Bytes of text. */
    public int textLength() {
        return textLength;
    }
}
