package io.tagma.engine.shard;

import io.tagma.engine.ingest.FrameWords;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.profile.RowStation;
import org.agrona.DirectBuffer;

/** Reads the rows that a group of frames will need, ahead of its turn, and changes nothing. Owned by the shard's thread. */
final class RowTouch {
    private static final int TEMPLATE_ID_OFFSET = MessageHeaderDecoder.templateIdEncodingOffset();
    private static final int MOST_ROWS = 2; // that one frame needs

    /** What is read of a frame ends here; a shorter one names no row. */
    private static final int SHORTEST =
            MessageHeaderDecoder.ENCODED_LENGTH + EventFrameDecoder.peerEncodingOffset() + Long.BYTES;

    private final RowStation rows;
    private final long[] subjects = new long[ShardDuty.GROUP * MOST_ROWS];
    private int count;
    private long touched;

    /** A toucher of a shard's rows; those of both roles lie in one store. */
    RowTouch(final RowStation rows) {
        this.rows = rows;
    }

    /** Notes whose rows a frame will need; of at most {@link ShardDuty#GROUP} frames before each {@link #touch}. */
    void add(final DirectBuffer buffer, final int offset, final int length) {
        if (length < SHORTEST) {
            return;
        }
        final byte[] array = buffer.byteArray();
        final long start = FrameWords.address(buffer, offset, length);
        final long body = start + MessageHeaderDecoder.ENCODED_LENGTH;
        switch (FrameWords.getShort(array, start + TEMPLATE_ID_OFFSET)) {
            case EventFrameDecoder.TEMPLATE_ID -> {
                note(FrameWords.getLong(array, body + EventFrameDecoder.subjectEncodingOffset()));
                note(FrameWords.getLong(array, body + EventFrameDecoder.peerEncodingOffset()));
            }
            case ReferralFrameDecoder.TEMPLATE_ID ->
                note(FrameWords.getLong(array, body + ReferralFrameDecoder.peerEncodingOffset()));
            case OutcomeFrameDecoder.TEMPLATE_ID ->
                note(FrameWords.getLong(array, body + OutcomeFrameDecoder.ownerEncodingOffset()));
            default -> {
                // a message needs no row
            }
        }
    }

    private void note(final long subject) {
        subjects[count++] = subject;
    }

    /** Reads the rows noted, all at a time, and forgets them. */
    void touch() {
        touched += rows.touch(subjects, count);
        count = 0;
    }

    /** What was read, so that the compiler cannot leave the reads out. */
    long touched() {
        return touched;
    }
}
