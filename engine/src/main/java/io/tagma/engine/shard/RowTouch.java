package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.profile.RowStation;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Reads the rows that a frame will need, ahead of its turn, and changes nothing. Owned by the shard's thread. */
final class RowTouch {
    private static final int TEMPLATE_ID_OFFSET = MessageHeaderDecoder.templateIdEncodingOffset();

    private final RowStation subjects;
    private final RowStation peers;
    private long touched;

    RowTouch(final RowStation subjects, final RowStation peers) {
        this.subjects = subjects;
        this.peers = peers;
    }

    void touch(final DirectBuffer buffer, final int offset) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        switch (buffer.getShort(offset + TEMPLATE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN)) {
            case EventFrameDecoder.TEMPLATE_ID -> {
                touch(buffer, body + EventFrameDecoder.subjectEncodingOffset(), subjects);
                touch(buffer, body + EventFrameDecoder.peerEncodingOffset(), peers);
            }
            case ReferralFrameDecoder.TEMPLATE_ID ->
                touch(buffer, body + ReferralFrameDecoder.peerEncodingOffset(), peers);
            case OutcomeFrameDecoder.TEMPLATE_ID ->
                touch(buffer, body + OutcomeFrameDecoder.ownerEncodingOffset(), peers);
            default -> {
                // a message needs no row
            }
        }
    }

    private void touch(final DirectBuffer buffer, final int at, final RowStation rows) {
        touched += rows.touch(buffer.getLong(at, ByteOrder.LITTLE_ENDIAN));
    }

    /** What was read, so that the compiler cannot leave the reads out. */
    long touched() {
        return touched;
    }
}
