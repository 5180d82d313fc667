package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.ingest.sbe.AnswerFrameDecoder;
import io.tagma.engine.ingest.sbe.CouncilFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.ingest.sbe.StampedMessageFrameDecoder;
import io.tagma.engine.ingest.sbe.VariableOrderFrameDecoder;
import io.tagma.engine.ingest.sbe.WindowEndFrameDecoder;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Finds one input in a journal without applying it. Stateless. */
final class InputSearch {
    /**
     * Whom an input is about.
     *
     * @param subject first subject
     * @param subjectHere whether this shard owns its row
     * @param peer second subject, 0 for none
     */
    record Found(long subject, boolean subjectHere, long peer) {}

    private static final int LATE_WITHIN = 65_536;

    private InputSearch() {}

    /** The event of a sequence; anything else is an error that says what it is. */
    static Found find(final Path journal, final int shard, final long sequence) {
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            tailer.toSequence(sequence);
            Found found = scan(tailer, shard, sequence);
            if (found == null) {
                tailer.toStart(); // the seal of a close begins at the last sequence too, and hides its batch
                found = scan(tailer, shard, sequence);
            }
            if (found != null) {
                return found;
            }
        }
        throw new EngineException("no sequence " + sequence + " in the journal of shard " + shard
                + "; 'tagma replay' without --explain says which is the last");
    }

    private static @Nullable Found scan(final JournalTailer tailer, final int shard, final long sequence) {
        while (tailer.next() == TailerCode.EXCERPT) {
            final long at = sequence - tailer.firstSequence();
            if (tailer.type() == ExcerptType.INPUT) {
                if (at < 0) {
                    return null;
                }
                if (at < tailer.count()) {
                    return read(tailer, tailer.frameOffset((int) at), shard, sequence);
                }
            }
        }
        return null;
    }

    private static Found read(final JournalTailer tailer, final int offset, final int shard, final long sequence) {
        final DirectBuffer buffer = tailer.buffer();
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int template = template(buffer, offset);
        return switch (template) {
            case EventFrameDecoder.TEMPLATE_ID -> {
                final EventFrameDecoder event = new EventFrameDecoder();
                event.wrap(buffer, body, EventFrameDecoder.BLOCK_LENGTH, EventFrameDecoder.SCHEMA_VERSION);
                yield new Found(event.subject(), true, event.peer());
            }
            case ReferralFrameDecoder.TEMPLATE_ID -> {
                final ReferralFrameDecoder referral = new ReferralFrameDecoder();
                referral.wrap(buffer, body, ReferralFrameDecoder.BLOCK_LENGTH, ReferralFrameDecoder.SCHEMA_VERSION);
                yield new Found(referral.subject(), false, referral.peer());
            }
            case OutcomeFrameDecoder.TEMPLATE_ID -> {
                final OutcomeFrameDecoder outcome = new OutcomeFrameDecoder();
                outcome.wrap(buffer, body, OutcomeFrameDecoder.BLOCK_LENGTH, OutcomeFrameDecoder.SCHEMA_VERSION);
                final long event = outcome.correlationId();
                final long decided = decidedBefore(tailer, sequence, event);
                throw notDecided(
                        shard,
                        sequence,
                        "the outcome of event " + event
                                + (decided == 0 ? "" : ", which was decided at sequence " + decided));
            }
            case VariableOrderFrameDecoder.TEMPLATE_ID, CouncilFrameDecoder.TEMPLATE_ID ->
                throw notDecided(shard, sequence, "about a change of a variable");
            case MessageFrameDecoder.TEMPLATE_ID, StampedMessageFrameDecoder.TEMPLATE_ID ->
                throw notDecided(shard, sequence, "a message between agents");
            case WindowEndFrameDecoder.TEMPLATE_ID -> new Found(0, false, 0);
            case AnswerFrameDecoder.TEMPLATE_ID -> {
                if (!BidNumber.isBid(request(buffer, body))) {
                    throw notDecided(shard, sequence, "an answer from outside");
                }
                yield new Found(0, false, 0);
            }
            default -> throw notDecided(shard, sequence, "a frame of kind " + template);
        };
    }

    /** The sequence that decided an event, the last before another sequence; 0 where the journal has none. Moves the tailer. */
    private static long decidedBefore(final JournalTailer tailer, final long sequence, final long event) {
        final DecisionFrameDecoder decision = new DecisionFrameDecoder();
        long decided = 0;
        tailer.toStart();
        while (tailer.next() == TailerCode.EXCERPT && tailer.firstSequence() <= sequence) {
            for (int i = 0; tailer.type() == ExcerptType.OUTPUT && i < tailer.count(); i++) {
                final int offset = tailer.frameOffset(i);
                if (template(tailer.buffer(), offset) == DecisionFrameDecoder.TEMPLATE_ID) {
                    decision.wrap(
                            tailer.buffer(),
                            offset + MessageHeaderDecoder.ENCODED_LENGTH,
                            DecisionFrameDecoder.BLOCK_LENGTH,
                            DecisionFrameDecoder.SCHEMA_VERSION);
                    if (decision.correlationId() == event && decision.sequence() < sequence) {
                        decided = decision.sequence();
                    }
                }
            }
        }
        return decided;
    }

    private static long request(final DirectBuffer buffer, final int body) {
        return buffer.getLong(body + AnswerFrameDecoder.requestEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    /** Told of an answer to a request for a bid. */
    interface LateBids {
        /** An answer by its bidder's place. */
        void came(int bidder, long sequence, long answeredNs);
    }

    /** Looks for answers to an auction's requests behind the input that ended it, among the next 65,536 inputs. */
    static void lateBids(final Path journal, final long after, final long auction, final LateBids each) {
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            tailer.toSequence(after);
            long last = after;
            while (last - after < LATE_WITHIN && tailer.next() == TailerCode.EXCERPT) {
                for (int i = 0; tailer.type() == ExcerptType.INPUT && i < tailer.count(); i++) {
                    last = tailer.firstSequence() + i;
                    final DirectBuffer buffer = tailer.buffer();
                    final int offset = tailer.frameOffset(i);
                    final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
                    if (last > after
                            && template(buffer, offset) == AnswerFrameDecoder.TEMPLATE_ID
                            && BidNumber.isOf(auction, request(buffer, body))) {
                        each.came(BidNumber.bidder(request(buffer, body)), last, FrameTimes.ingestNs(buffer, offset));
                    }
                }
            }
        }
    }

    private static int template(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    /** The error for an input on which nothing was decided. */
    static EngineException notDecided(final int shard, final long sequence, final String what) {
        return new EngineException("sequence " + sequence + " of shard " + shard + " is " + what
                + "; there is no decision to explain: take a sequence at which there was one, the audit has them");
    }
}
