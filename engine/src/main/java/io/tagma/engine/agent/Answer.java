package io.tagma.engine.agent;

import io.tagma.engine.ingest.sbe.AnswerFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What came back from outside, read in place from the journaled frame; valid during the call. Owned by the shard's thread. */
public final class Answer {
    /** The service answered. */
    public static final int OK = 0;

    /** Nothing came within the request's time. */
    public static final int LATE = 1;

    /** The service failed, as often as it was tried. */
    public static final int FAILED = 2;

    /** The request was not taken: queues full, breaker open, budget spent, nobody of that number. */
    public static final int REFUSED = 3;

    /** An isolated agent did not come back from the request, or from one before it, and was given up. */
    public static final int HUNG = 4;

    private final AnswerFrameDecoder frame = new AnswerFrameDecoder();
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer asked = new UnsafeBuffer(0, 0);
    private DirectBuffer buffer = bytes;
    private int service;
    private long request;
    private int code;
    private long ageNs;
    private int floatsOffset;
    private int floatCount;

    /** Points to a frame whose message header is at {@code offset}. */
    public Answer wrap(final DirectBuffer source, final int offset) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        frame.wrap(source, body, AnswerFrameDecoder.BLOCK_LENGTH, AnswerFrameDecoder.SCHEMA_VERSION);
        buffer = source;
        request = frame.request();
        code = frame.code();
        ageNs = frame.ageNs();
        int at = body + AnswerFrameDecoder.BLOCK_LENGTH;
        final int floats = source.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xffff;
        floatsOffset = at + Short.BYTES;
        floatCount = floats / Float.BYTES;
        at = floatsOffset + floats;
        bytes.wrap(source, at + Short.BYTES, source.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xffff);
        return this;
    }

    /** Says what was asked, and whom. */
    public Answer to(final int whom, final DirectBuffer request, final int offset, final int length) {
        service = whom;
        asked.wrap(request, offset, length);
        return this;
    }

    /** Whom the request was for. */
    public int service() {
        return service;
    }

    /** The request's bytes, so that it can be put to somebody else. */
    public DirectBuffer asked() {
        return asked;
    }

    /** Number of the request, as {@link AgentContext#ask} gave it. */
    public long request() {
        return request;
    }

    /** {@link #OK}, {@link #LATE}, {@link #FAILED}, {@link #REFUSED} or {@link #HUNG}. */
    public int code() {
        return code;
    }

    /** 0 for a fresh answer, else how old the last good one is that stands in for it. */
    public long ageNs() {
        return ageNs;
    }

    /** How many floats came. */
    public int floatCount() {
        return floatCount;
    }

    /** The {@code i}-th float. */
    public float floatAt(final int i) {
        return buffer.getFloat(floatsOffset + i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes that came; its capacity is their number. */
    public DirectBuffer bytes() {
        return bytes;
    }
}
