package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.AnswerFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.ring.FrameRing;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** Puts answers from outside into a shard's ring. Stateless, so any thread may call. */
public final class AnswerFrames {
    private static final int BODY = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int FIXED = BODY + AnswerFrameEncoder.BLOCK_LENGTH + 2 * Short.BYTES;
    private static final int MAX_DATA = 0xffff;

    private AnswerFrames() {}

    /**
     * Writes one frame.
     *
     * @return 0, or why the ring did not take it, a negative {@link SubmitCode}
     */
    public static int offer(
            final FrameRing ring,
            final long request,
            final int code,
            final long ageNs,
            final float[] floats,
            final byte[] bytes,
            final long nowNs) {
        final int floatBytes = floats.length * Float.BYTES;
        if (floatBytes > MAX_DATA || bytes.length > MAX_DATA) {
            return SubmitCode.TOO_LONG;
        }
        final long claim = ring.tryClaim(FIXED + floatBytes + bytes.length, 0);
        if (claim < 0) {
            return (int) claim;
        }
        final MutableDirectBuffer buffer = ring.buffer();
        final int offset = ring.offset(claim);
        header(buffer, offset);
        final int body = offset + BODY;
        buffer.putLong(body + AnswerFrameEncoder.requestEncodingOffset(), request, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(body + AnswerFrameEncoder.ingestNsEncodingOffset(), nowNs, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(body + AnswerFrameEncoder.ageNsEncodingOffset(), ageNs, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(body + AnswerFrameEncoder.codeEncodingOffset(), code & 0xffL, ByteOrder.LITTLE_ENDIAN);
        int at = body + AnswerFrameEncoder.BLOCK_LENGTH;
        buffer.putShort(at, (short) floatBytes, ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        for (int i = 0; i < floats.length; i++, at += Float.BYTES) {
            buffer.putFloat(at, floats[i], ByteOrder.LITTLE_ENDIAN);
        }
        buffer.putShort(at, (short) bytes.length, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(at + Short.BYTES, bytes);
        ring.commit(claim);
        return SubmitCode.ACCEPTED;
    }

    private static void header(final MutableDirectBuffer buffer, final int offset) {
        buffer.putShort(
                offset + MessageHeaderEncoder.blockLengthEncodingOffset(),
                (short) AnswerFrameEncoder.BLOCK_LENGTH,
                ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(
                offset + MessageHeaderEncoder.templateIdEncodingOffset(),
                (short) AnswerFrameEncoder.TEMPLATE_ID,
                ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(
                offset + MessageHeaderEncoder.schemaIdEncodingOffset(),
                (short) AnswerFrameEncoder.SCHEMA_ID,
                ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(
                offset + MessageHeaderEncoder.versionEncodingOffset(),
                (short) AnswerFrameEncoder.SCHEMA_VERSION,
                ByteOrder.LITTLE_ENDIAN);
    }
}
