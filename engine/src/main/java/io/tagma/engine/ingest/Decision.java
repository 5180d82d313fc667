package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * A decision, read in place from its journaled frame. Valid only during the callback or until the next poll that filled
 * it; {@link #copyFrom} keeps one. Owned by the thread that reads it.
 */
public final class Decision {
    /** The engine decided. */
    public static final int DECIDED = 0;

    /** No agent was capable, or all declined. */
    public static final int NO_CANDIDATE = 1;

    /** Every handler that was asked failed; their faults are in the journal. */
    public static final int FAILED = 2;

    /** The store had no room for the subject's row, so nobody was asked. */
    public static final int STORE_FULL = 3;

    /** With what the first subject's row says, the event is longer than a ring slot, so the second's shard was not asked. */
    public static final int TOO_LONG = 4;

    /**
     * As many auctions waited for bids as there is room for, so that who had to be asked was not, and of those who had posted a bid nobody won.
     */
    public static final int NOT_ASKED = 5;

    /** Bytes of an award behind a decision's ballots: agent (int32) and price in micro-credits (int64). */
    public static final int AWARD_LENGTH = Integer.BYTES + Long.BYTES;

    private final DecisionFrameDecoder frame = new DecisionFrameDecoder();
    private int shard;
    private DirectBuffer buffer = new ExpandableArrayBuffer(0);
    private int offset;

    /** Reads the frame whose message header is at {@code offset}. */
    public Decision wrap(final int shardId, final DirectBuffer source, final int frameOffset) {
        shard = shardId;
        buffer = source;
        offset = frameOffset;
        frame.wrap(
                source,
                frameOffset + MessageHeaderDecoder.ENCODED_LENGTH,
                DecisionFrameDecoder.BLOCK_LENGTH,
                DecisionFrameDecoder.SCHEMA_VERSION);
        return this;
    }

    /** Keeps a copy of another decision; allocates the first time. */
    public Decision copyFrom(final Decision other) {
        final ExpandableArrayBuffer copy =
                buffer instanceof ExpandableArrayBuffer own ? own : new ExpandableArrayBuffer(256);
        final int length = other.encodedLength();
        copy.putBytes(0, other.buffer, other.offset, length);
        return wrap(other.shard, copy, 0);
    }

    /** The shard that decided. */
    public int shard() {
        return shard;
    }

    /** Sequence of the deciding input on its shard, from 1. */
    public long sequence() {
        return frame.sequence();
    }

    /** The event's own number. */
    public long correlationId() {
        return frame.correlationId();
    }

    /** Probability of the positive (vote), or of the classified intent (auction). */
    public float score() {
        return frame.score();
    }

    /** How strange the text was to the classifier, greater is stranger; 0 where nothing was classified. */
    public float outOfScope() {
        return frame.outOfScope();
    }

    /** The winner's price in micro-credits, of several slots that of the best; 0 in a vote. */
    public long priceMicros() {
        return frame.priceMicros();
    }

    /** The intent the event came with or was classified as. */
    public int intent() {
        return frame.intent();
    }

    /** The winning agent's number, or -1 for a vote. */
    public int agent() {
        return frame.agent();
    }

    /** What to do, as the scenario numbers it. */
    public int action() {
        return frame.action();
    }

    /** {@link #DECIDED}, {@link #NO_CANDIDATE}, {@link #FAILED}, {@link #STORE_FULL}, {@link #TOO_LONG} or {@link #NOT_ASKED}. */
    public int status() {
        return frame.status();
    }

    /** How many ballots there are: one for each candidate asked, in candidate order. */
    public int ballotCount() {
        return (buffer.getShort(ballots(), ByteOrder.LITTLE_ENDIAN) & 0xffff) / Float.BYTES;
    }

    /** The {@code i}-th candidate's log-odds; NaN where it failed or declined. */
    public float ballot(final int i) {
        return buffer.getFloat(ballots() + Short.BYTES + i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    /** How many slots were sold or filled, where the intent has several: one award each, the best slot first. 0 elsewhere. */
    public int awardCount() {
        return frame.awards();
    }

    /** The agent that has slot {@code i}, or -1 where no contract could be made with who won it. */
    public int awardAgent(final int i) {
        return buffer.getInt(award(i), ByteOrder.LITTLE_ENDIAN);
    }

    /** What a delivery in slot {@code i} costs (forward) or brings (procurement), in micro-credits. */
    public long awardPriceMicros(final int i) {
        return buffer.getLong(award(i) + Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
    }

    private int award(final int i) {
        return ballots() + Short.BYTES + ballotCount() * Float.BYTES + i * AWARD_LENGTH;
    }

    /** Length of the whole frame in bytes. */
    public int encodedLength() {
        return award(awardCount()) - offset;
    }

    /** A status in words. */
    public static String describe(final int status) {
        return switch (status) {
            case DECIDED -> "decided";
            case NO_CANDIDATE -> "no-candidate";
            case FAILED -> "failed";
            case STORE_FULL -> "store-full";
            case TOO_LONG -> "too-long";
            case NOT_ASKED -> "not-asked";
            default -> "status-" + status;
        };
    }

    private int ballots() {
        return offset + MessageHeaderDecoder.ENCODED_LENGTH + DecisionFrameDecoder.BLOCK_LENGTH;
    }
}
