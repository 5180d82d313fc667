package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.AgentOrderFrameDecoder;
import io.tagma.engine.ingest.sbe.AnswerFrameDecoder;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.ProbationFrameDecoder;
import io.tagma.engine.ingest.sbe.RestoreFrameDecoder;
import io.tagma.engine.ingest.sbe.TrainingFrameDecoder;
import io.tagma.engine.ingest.sbe.VariableOrderFrameDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** When a frame was submitted, read without a flyweight. Stateless. */
final class FrameTimes {
    private static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;

    private FrameTimes() {}

    /** The submitting clock of a caller's frame. */
    static long ingestNs(final DirectBuffer buffer, final int offset) {
        final short template =
                buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
        return buffer.getLong(offset + BODY + ingestAt(template), ByteOrder.LITTLE_ENDIAN);
    }

    /** Where in a caller's frame, behind the header, the submitting clock is. */
    static int ingestAt(final int template) {
        return switch (template) {
            case OutcomeFrameDecoder.TEMPLATE_ID -> OutcomeFrameDecoder.ingestNsEncodingOffset();
            case TrainingFrameDecoder.TEMPLATE_ID -> TrainingFrameDecoder.ingestNsEncodingOffset();
            case ProbationFrameDecoder.TEMPLATE_ID -> ProbationFrameDecoder.ingestNsEncodingOffset();
            case VariableOrderFrameDecoder.TEMPLATE_ID -> VariableOrderFrameDecoder.ingestNsEncodingOffset();
            case AnswerFrameDecoder.TEMPLATE_ID -> AnswerFrameDecoder.ingestNsEncodingOffset();
            case AgentOrderFrameDecoder.TEMPLATE_ID -> AgentOrderFrameDecoder.ingestNsEncodingOffset();
            case RestoreFrameDecoder.TEMPLATE_ID -> RestoreFrameDecoder.ingestNsEncodingOffset();
            default -> EventFrameDecoder.ingestNsEncodingOffset();
        };
    }
}
