package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.RestoreFrameEncoder;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/**
 * Puts a run of a subject's floats back to what they were after an earlier input: an input like any other, so it is journaled,
 * replayed and can itself be undone by another. Rows longer than {@link #maxFloats} take several, one after the other. Owned by the
 * thread that fills and submits it.
 */
public final class RowRestore {
    private static final int FIXED = MessageHeaderEncoder.ENCODED_LENGTH
            + RestoreFrameEncoder.BLOCK_LENGTH
            + RestoreFrameEncoder.floatsHeaderLength();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RestoreFrameEncoder frame = new RestoreFrameEncoder();
    private long subject;
    private long timeNs;
    private long toSequence;
    private long updatedNs;
    private float[] row = new float[0];
    private int first;
    private int count;

    /** Most floats that a frame of this length has room for. */
    public static int maxFloats(final int frameLength) {
        return (frameLength - FIXED) / Float.BYTES;
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
        row = source;
        first = from;
        count = length;
        return this;
    }

    /** Whose row. */
    public long subject() {
        return subject;
    }

    /** Length of the encoded frame in bytes. */
    public int encodedLength() {
        return FIXED + count * Float.BYTES;
    }

    /** Whether it can be taken: {@link SubmitCode#ACCEPTED} or what is wrong. */
    public int check() {
        if (subject == 0 || count == 0) {
            return SubmitCode.INVALID;
        }
        for (int i = first; i < first + count; i++) {
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
                .reserved((short) 0)
                .reserved2(0);
        int at = offset + FIXED - Short.BYTES;
        buffer.putShort(at, (short) (count * Float.BYTES), ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        for (int i = first; i < first + count; i++, at += Float.BYTES) {
            buffer.putFloat(at, row[i], ByteOrder.LITTLE_ENDIAN);
        }
        return encodedLength();
    }
}
