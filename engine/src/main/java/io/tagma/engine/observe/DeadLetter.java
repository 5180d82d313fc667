package io.tagma.engine.observe;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An event on which too many handlers failed, as it is kept to be looked at and submitted again. Immutable.
 *
 * @param shard that was to decide it
 * @param sequence of the input on that shard
 * @param correlationId the caller's number
 * @param subject whose row comes first, in people's words
 * @param peer the second subject, in people's words; empty for none
 * @param eventTimeNs stream time
 * @param intent name; empty when it was not known
 * @param status what the decision said, in a word
 * @param agents that failed, in the order in which they did
 * @param reason what the first of them threw
 * @param frame the input as it was journaled, hexadecimal
 * @param resubmitted whether it was submitted again
 */
public record DeadLetter(
        int shard,
        long sequence,
        long correlationId,
        String subject,
        String peer,
        long eventTimeNs,
        String intent,
        String status,
        List<String> agents,
        String reason,
        String frame,
        boolean resubmitted) {
    /** Keeps a copy. */
    public DeadLetter {
        agents = List.copyOf(agents);
    }

    /** Fills in the event as its caller submitted it; what a first shard's row had said of it is left to be said anew. */
    public void fill(final Event event) {
        final UnsafeBuffer buffer = new UnsafeBuffer(HexFormat.of().parseHex(frame));
        final int body = MessageHeaderDecoder.ENCODED_LENGTH;
        final int template = buffer.getShort(MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
        event.reset();
        if (template == ReferralFrameDecoder.TEMPLATE_ID) {
            final ReferralFrameDecoder referral = new ReferralFrameDecoder();
            referral.wrap(buffer, body, ReferralFrameDecoder.BLOCK_LENGTH, ReferralFrameDecoder.SCHEMA_VERSION);
            event.correlationId(referral.correlationId())
                    .subject(referral.subject())
                    .peer(referral.peer())
                    .timeNs(referral.timeNs())
                    .intent(referral.intent())
                    .frameClass(referral.frameClass());
            values(
                    event,
                    buffer,
                    referral.limit() + ReferralFrameDecoder.valuesHeaderLength(),
                    referral.valuesLength());
            referral.skipValues();
            referral.skipFeatures();
            text(event, buffer, referral.limit() + ReferralFrameDecoder.textHeaderLength(), referral.textLength());
            return;
        }
        final EventFrameDecoder decoder = new EventFrameDecoder();
        decoder.wrap(buffer, body, EventFrameDecoder.BLOCK_LENGTH, EventFrameDecoder.SCHEMA_VERSION);
        event.correlationId(decoder.correlationId())
                .subject(decoder.subject())
                .peer(decoder.peer())
                .timeNs(decoder.timeNs())
                .intent(decoder.intent())
                .frameClass(decoder.frameClass());
        values(event, buffer, decoder.limit() + EventFrameDecoder.valuesHeaderLength(), decoder.valuesLength());
        decoder.skipValues();
        text(event, buffer, decoder.limit() + EventFrameDecoder.textHeaderLength(), decoder.textLength());
    }

    private static void values(final Event event, final UnsafeBuffer buffer, final int at, final int length) {
        for (int i = 0; i < length; i += Float.BYTES) {
            event.value(buffer.getFloat(at + i, ByteOrder.LITTLE_ENDIAN));
        }
    }

    private static void text(final Event event, final UnsafeBuffer buffer, final int at, final int length) {
        event.text(buffer.byteArray(), at, length);
    }
}
