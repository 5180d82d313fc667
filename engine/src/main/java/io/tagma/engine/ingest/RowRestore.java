package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.RestoreFrameEncoder;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/**
 * Corrects a row by hand: an input like any other, so it is journaled, replayed and can itself be undone by another. Either a run of the
 * subject's floats is put back to what they were after an earlier input (rows longer than {@link #maxFloats} take several, one after the
 * other), or behaviour variables are brought a step nearer to neutral; remarks before that say who wants it and why. Owned by the thread
 * that fills and submits it.
 */
public final class RowRestore {
    /** Floats are put back. */
    public static final int PUT_BACK = 0;
    /** Behaviour variables are neutralised. */
    public static final int NEUTRALISE = 1;
    /** Nothing is changed: a piece of text about the neutralisation behind it. */
    public static final int REMARK = 2;

    private static final int FIXED = MessageHeaderEncoder.ENCODED_LENGTH
            + RestoreFrameEncoder.BLOCK_LENGTH
            + RestoreFrameEncoder.floatsHeaderLength();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RestoreFrameEncoder frame = new RestoreFrameEncoder();
    private long subject;
    private long timeNs;
    private long toSequence;
    private long updatedNs;
    private int mode = PUT_BACK;
    private float[] row = new float[0];
    private byte[] bytes = new byte[0];
    private int first;
    private int count;

    /** Most floats that a frame of this length has room for. */
    public static int maxFloats(final int frameLength) {
        return maxBytes(frameLength) / Float.BYTES;
    }

    /** Most bytes of a remark, or twice the behaviour variables, that a frame of this length has room for. */
    public static int maxBytes(final int frameLength) {
        return frameLength - FIXED;
    }

    /** Whose row. */
    public RowRestore subject(final long value) {
        subject = value;
        return this;
    }

    /** Stream time at which the row is put back, ns since the epoch. */
    public RowRestore timeNs(final long value) {
        timeNs = value;
        return this;
    }

    /** The input after which the row was like this. */
    public RowRestore toSequence(final long value) {
        toSequence = value;
        return this;
    }

    /** The row's time after that input. */
    public RowRestore updatedNs(final long value) {
        updatedNs = value;
        return this;
    }

    /**
     * The floats to put back.
     *
     * @param source the whole row as it was
     * @param from index of the first that this frame carries
     * @param length how many
     */
    public RowRestore floats(final float[] source, final int from, final int length) {
        Objects.checkFromIndexSize(from, length, source.length);
        mode = PUT_BACK;
        row = source;
        first = from;
        count = length;
        return this;
    }

    /** The behaviour variables to bring nearer to neutral, by their places in the row. */
    public RowRestore neutralise(final int... places) {
        mode = NEUTRALISE;
        first = 0;
        count = places.length;
        bytes = new byte[count * Short.BYTES];
        for (int i = 0; i < count; i++) {
            bytes[2 * i] = (byte) places[i];
            bytes[2 * i + 1] = (byte) (places[i] >> Byte.SIZE);
        }
        return this;
    }

    /**
     * A piece of the text about the neutralisation that follows.
     *
     * @param text all of it, UTF-8
     * @param from where the piece begins
     * @param length of the piece in bytes
     */
    public RowRestore remark(final byte[] text, final int from, final int length) {
        mode = REMARK;
        first = from;
        count = length;
        bytes = Arrays.copyOfRange(text, from, from + length);
        return this;
    }

    /** Whose row. */
    public long subject() {
        return subject;
    }

    /** Length of the encoded frame in bytes. */
    public int encodedLength() {
        return FIXED + (mode == PUT_BACK ? count * Float.BYTES : bytes.length);
    }

    /** Whether it can be taken: {@link SubmitCode#ACCEPTED} or what is wrong. */
    public int check() {
        if (subject == 0 || count == 0) {
            return SubmitCode.INVALID;
        }
        for (int i = first; mode == PUT_BACK && i < first + count; i++) {
            if (!Float.isFinite(row[i])) {
                return SubmitCode.NOT_FINITE;
            }
        }
        return SubmitCode.ACCEPTED;
    }

    /** Writes the frame; returns its length in bytes. */
    public int encode(final MutableDirectBuffer buffer, final int offset, final long ingestNs) {
        frame.wrapAndApplyHeader(buffer, offset, header)
                .subject(subject)
                .timeNs(timeNs)
                .ingestNs(ingestNs)
                .toSequence(toSequence)
                .updatedNs(updatedNs)
                .first(first)
                .frameClass((short) 0)
                .mode((short) mode)
                .reserved2(0);
        int at = offset + FIXED - Short.BYTES;
        buffer.putShort(at, (short) (encodedLength() - FIXED), ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        if (mode != PUT_BACK) {
            buffer.putBytes(at, bytes);
            return encodedLength();
        }
        for (int i = first; i < first + count; i++, at += Float.BYTES) {
            buffer.putFloat(at, row[i], ByteOrder.LITTLE_ENDIAN);
        }
        return encodedLength();
    }
}
