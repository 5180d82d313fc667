package io.tagma.engine.shard;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.AgentOffFrameDecoder;
import io.tagma.engine.ingest.sbe.AuctionFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.FaultFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.StateHashFrameDecoder;
import io.tagma.engine.ingest.sbe.VariableFrameDecoder;
import io.tagma.store.JournalTailer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Holds a journal's outputs against those of a replay, frame by frame. Owned by the replaying thread. */
final class OutputCheck {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;

    private final int shard;
    private final Decision journaled = new Decision();
    private final Decision replayed = new Decision();
    private final StateHashFrameDecoder hash = new StateHashFrameDecoder();
    private final FaultFrameDecoder fault = new FaultFrameDecoder();
    private long decisions;
    private long hashes;

    private long agreed;

    OutputCheck(final int shard) {
        this.shard = shard;
    }

    /** Compares an output excerpt with what the replay of its inputs gave; the first difference, or null. */
    @Nullable
    Divergence compare(final JournalTailer excerpt, final ReplayOutput replay, final ShardCore core) {
        int mine = 0;
        for (int i = 0; i < excerpt.count(); i++) {
            final DirectBuffer buffer = excerpt.buffer();
            final int offset = excerpt.frameOffset(i);
            final int template = template(buffer, offset);
            final boolean matched = mine < replay.count() && template(replay.buffer(), replay.offset(mine)) == template;
            final Divergence difference;
            if (template == StateHashFrameDecoder.TEMPLATE_ID) {
                difference = compareHash(buffer, offset, core, matched ? replay : null, mine);
            } else if (!matched) {
                return missing(buffer, offset, template, core);
            } else {
                difference = compareFrame(excerpt, i, template, replay, mine);
            }
            if (difference != null) {
                return difference;
            }
            mine += matched ? 1 : 0;
        }
        return mine == replay.count() ? null : surplus(replay, mine, core);
    }

    private @Nullable Divergence compareFrame(
            final JournalTailer excerpt, final int i, final int template, final ReplayOutput replay, final int mine) {
        final DirectBuffer buffer = excerpt.buffer();
        final int offset = excerpt.frameOffset(i);
        final DirectBuffer other = replay.buffer();
        final int otherOffset = replay.offset(mine);
        if (template == VariableFrameDecoder.TEMPLATE_ID
                || template == AuctionFrameDecoder.TEMPLATE_ID
                || template == AgentOffFrameDecoder.TEMPLATE_ID) {
            final String what = switch (template) {
                case VariableFrameDecoder.TEMPLATE_ID -> "proposal";
                case AuctionFrameDecoder.TEMPLATE_ID -> "auction";
                default -> "agent switched off";
            };
            return sameBytes(buffer, offset, excerpt.frameLength(i), other, otherOffset, replay.length(mine))
                    ? null
                    : difference(agreed, what, "as journaled", "another end");
        }
        if (template == DecisionFrameDecoder.TEMPLATE_ID) {
            decisions++;
            if (sameBytes(buffer, offset, excerpt.frameLength(i), other, otherOffset, replay.length(mine))) {
                return null;
            }
            journaled.wrap(shard, buffer, offset);
            replayed.wrap(shard, other, otherOffset);
            return difference(journaled.sequence(), "decision", describe(journaled), describe(replayed));
        }
        // A fault's text may hold an object's address; who failed at which input is what must agree.
        final String was = describeFault(buffer, offset);
        final String is = describeFault(other, otherOffset);
        return was.equals(is) ? null : difference(fault.sequence(), "fault", was, is);
    }

    private @Nullable Divergence compareHash(
            final DirectBuffer buffer,
            final int offset,
            final ShardCore core,
            final @Nullable ReplayOutput replay,
            final int mine) {
        hashes++;
        hash.wrap(buffer, offset + HEADER, StateHashFrameDecoder.BLOCK_LENGTH, StateHashFrameDecoder.SCHEMA_VERSION);
        final long sequence = hash.sequence();
        final long was = hash.hash();
        final long is;
        if (replay == null) {
            is = core.stateHash(); // the seal of an orderly close, which follows from no input
        } else {
            hash.wrap(
                    replay.buffer(),
                    replay.offset(mine) + HEADER,
                    StateHashFrameDecoder.BLOCK_LENGTH,
                    StateHashFrameDecoder.SCHEMA_VERSION);
            is = hash.hash();
        }
        if (was != is) {
            return difference(sequence, "state hash", StateHashes.format(was), StateHashes.format(is));
        }
        agreed = sequence;
        return null;
    }

    private Divergence missing(final DirectBuffer buffer, final int offset, final int template, final ShardCore core) {
        if (template == DecisionFrameDecoder.TEMPLATE_ID) {
            journaled.wrap(shard, buffer, offset);
            return difference(journaled.sequence(), "decision", describe(journaled), "nothing");
        }
        return difference(core.sequence(), "output of kind " + template, "present", "nothing");
    }

    /** The replay gave an output that the journal does not have. */
    Divergence surplus(final ReplayOutput replay, final int mine, final ShardCore core) {
        final int template = template(replay.buffer(), replay.offset(mine));
        if (template == DecisionFrameDecoder.TEMPLATE_ID) {
            replayed.wrap(shard, replay.buffer(), replay.offset(mine));
            return difference(replayed.sequence(), "decision", "nothing", describe(replayed));
        }
        return difference(core.sequence(), "output of kind " + template, "nothing", "present");
    }

    private String describeFault(final DirectBuffer buffer, final int offset) {
        fault.wrap(buffer, offset + HEADER, FaultFrameDecoder.BLOCK_LENGTH, FaultFrameDecoder.SCHEMA_VERSION);
        return "agent " + fault.agent() + " at " + fault.sequence();
    }

    private Divergence difference(final long sequence, final String what, final String was, final String is) {
        return new Divergence(shard, sequence, what, was, is, agreed);
    }

    static String describe(final Decision decision) {
        final String one = "#" + decision.correlationId() + " " + Decision.describe(decision.status()) + " intent "
                + decision.intent() + " agent " + decision.agent() + " action " + decision.action() + " score "
                + decision.score();
        if (decision.awardCount() == 0) {
            return one;
        }
        final StringBuilder all = new StringBuilder(one).append(" awards");
        for (int i = 0; i < decision.awardCount(); i++) {
            all.append(' ').append(decision.awardAgent(i)).append(':').append(decision.awardPriceMicros(i));
        }
        return all.toString();
    }

    private static boolean sameBytes(
            final DirectBuffer a,
            final int aOffset,
            final int aLength,
            final DirectBuffer b,
            final int bOffset,
            final int bLength) {
        if (aLength != bLength) {
            return false;
        }
        int i = 0;
        for (; i + Long.BYTES <= aLength; i += Long.BYTES) {
            if (a.getLong(aOffset + i) != b.getLong(bOffset + i)) {
                return false;
            }
        }
        for (; i < aLength; i++) {
            if (a.getByte(aOffset + i) != b.getByte(bOffset + i)) {
                return false;
            }
        }
        return true;
    }

    static int template(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    long decisions() {
        return decisions;
    }

    long hashes() {
        return hashes;
    }
}
