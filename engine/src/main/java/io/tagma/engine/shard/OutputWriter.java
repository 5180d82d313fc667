package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.variable.VariableRecord;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.FrameWords;
import io.tagma.engine.ingest.sbe.AgentOffFrameEncoder;
import io.tagma.engine.ingest.sbe.AuctionFrameEncoder;
import io.tagma.engine.ingest.sbe.DecisionFrameEncoder;
import io.tagma.engine.ingest.sbe.FaultFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.StateHashFrameEncoder;
import io.tagma.engine.ingest.sbe.VariableFrameEncoder;
import io.tagma.engine.market.SlotSale;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/** Encodes what a shard puts out. Owned by the shard's thread; keeps the offsets of the batch's decisions for publishing. */
final class OutputWriter {
    private static final int MAX_FAULTS_PER_INPUT = 4;
    private static final int MAX_REASON_BYTES = 200;
    private static final int FAULT_OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + FaultFrameEncoder.BLOCK_LENGTH
            + FaultFrameEncoder.reasonHeaderLength()
            + 2 * Long.BYTES; // the journal's own header, and alignment

    /** Bytes of a journal's staging area that the faults of one input may take; faults beyond are counted but not journaled. */
    static final int MAX_FAULT_BYTES = MAX_FAULTS_PER_INPUT * (FAULT_OVERHEAD + MAX_REASON_BYTES);

    private static final int MAX_VARIABLE_TEXT = 400;

    /** Bytes that what one input settles may take: an order's proposal, and an agent's. */
    static final int MAX_VARIABLE_BYTES = 2
            * (MessageHeaderEncoder.ENCODED_LENGTH
                    + VariableFrameEncoder.BLOCK_LENGTH
                    + VariableFrameEncoder.textHeaderLength()
                    + 2 * Long.BYTES
                    + MAX_VARIABLE_TEXT);

    /** Bytes of what goes before a decision that had waited for bids. */
    static final int AUCTION_BYTES = MessageHeaderEncoder.ENCODED_LENGTH + AuctionFrameEncoder.BLOCK_LENGTH;

    /** Bytes that an agent's being switched off may take; in a batch that happens once to each, unless an input undoes it. */
    static final int SWITCH_OFF_BYTES =
            MessageHeaderEncoder.ENCODED_LENGTH + AgentOffFrameEncoder.BLOCK_LENGTH + 2 * Long.BYTES;

    /** Bytes of a decision without ballots and awards. */
    private static final int DECISION_LENGTH =
            MessageHeaderEncoder.ENCODED_LENGTH + DecisionFrameEncoder.BLOCK_LENGTH + Short.BYTES;

    private static final long DECISION_HEADER = FrameWords.header(
            DecisionFrameEncoder.BLOCK_LENGTH,
            DecisionFrameEncoder.TEMPLATE_ID,
            DecisionFrameEncoder.SCHEMA_ID,
            DecisionFrameEncoder.SCHEMA_VERSION);

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final StateHashFrameEncoder hash = new StateHashFrameEncoder();
    private final FaultFrameEncoder fault = new FaultFrameEncoder();
    private final AuctionFrameEncoder auction = new AuctionFrameEncoder();
    private OutputBuffer output;
    private int[] decisionOffsets;
    private long[] ingestNs;
    private int decisions;
    private int frames;
    private long faultySequence;
    private long faultyBefore;
    private int faultsOfInput;

    OutputWriter(final OutputBuffer output, final int maxDecisions) {
        this.output = output;
        this.decisionOffsets = new int[maxDecisions];
        this.ingestNs = new long[maxDecisions];
    }

    /** From now on outputs go there: to scratch while a journal is replayed, to the journal once live. */
    void redirect(final OutputBuffer target) {
        output = target;
    }

    /** Forgets the last batch. */
    void beginBatch() {
        decisions = 0;
        frames = 0;
    }

    int decisions() {
        return decisions;
    }

    int frames() {
        return frames;
    }

    /** The last input on which an agent failed, 0 before the first. Any thread that has read the shard's sequence before. */
    long faultySequence() {
        return Math.max(faultyBefore, faultySequence);
    }

    /** Goes on from what a shard put out before it was built anew; before others see this. */
    void goOn(final OutputWriter before) {
        faultyBefore = before.faultySequence();
    }

    int decisionOffset(final int i) {
        return decisionOffsets[i];
    }

    long ingestNs(final int i) {
        return ingestNs[i];
    }

    void decision(final Task task, final Deliberation result) {
        final int ballots = result.ballotCount();
        final int awards = result.awards();
        final int awardsAt = DECISION_LENGTH + ballots * Float.BYTES;
        final int length = awardsAt + awards * Decision.AWARD_LENGTH;
        final int offset = claim(length);
        encode(output.buffer(), offset, length, task, result);
        if (awards > 0) {
            awards(result, offset + awardsAt);
        }
        if (decisions == decisionOffsets.length) {
            grow(); // only a replay of a journal that was written with larger batches comes here
        }
        decisionOffsets[decisions] = offset;
        ingestNs[decisions] = task.ingestNs();
        decisions++;
        frames++;
    }

    private static void encode(
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final Task task,
            final Deliberation result) {
        final byte[] array = buffer.byteArray();
        final long start = FrameWords.address(buffer, offset, length);
        FrameWords.putLong(array, start, DECISION_HEADER);
        final long body = start + MessageHeaderEncoder.ENCODED_LENGTH;
        FrameWords.putLong(array, body + DecisionFrameEncoder.sequenceEncodingOffset(), task.sequence());
        FrameWords.putLong(array, body + DecisionFrameEncoder.correlationIdEncodingOffset(), task.correlationId());
        FrameWords.putFloat(array, body + DecisionFrameEncoder.scoreEncodingOffset(), result.score());
        FrameWords.putFloat(array, body + DecisionFrameEncoder.outOfScopeEncodingOffset(), task.outOfScope());
        FrameWords.putLong(array, body + DecisionFrameEncoder.priceMicrosEncodingOffset(), result.priceMicros());
        FrameWords.putShort(array, body + DecisionFrameEncoder.intentEncodingOffset(), task.intent());
        FrameWords.putShort(array, body + DecisionFrameEncoder.agentEncodingOffset(), result.agentId());
        FrameWords.putByte(array, body + DecisionFrameEncoder.actionEncodingOffset(), result.action());
        FrameWords.putByte(array, body + DecisionFrameEncoder.statusEncodingOffset(), result.status());
        FrameWords.putShort(array, body + DecisionFrameEncoder.awardsEncodingOffset(), result.awards());
        final int ballots = result.ballotCount();
        long at = body + DecisionFrameEncoder.BLOCK_LENGTH;
        FrameWords.putShort(array, at, ballots * Float.BYTES);
        at += Short.BYTES;
        for (int i = 0; i < ballots; i++) {
            FrameWords.putFloat(array, at, result.ballots()[i]);
            at += Float.BYTES;
        }
    }

    /** That the decision which follows had waited for bids. */
    void auction(final Task task, final AskedAuctions of) {
        final int offset = claim(AUCTION_BYTES);
        auction.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(task.sequence())
                .eventSequence(of.event())
                .auction(of.auction())
                .subject(task.subject())
                .peer(task.peer())
                .timeNs(task.timeNs())
                .bidders(of.bids().count())
                .unanswered(of.bids().awaited())
                .reason((short) of.reason())
                .reserved((short) 0)
                .reserved2(0);
        frames++;
    }

    private void awards(final Deliberation result, final int from) {
        final SlotSale sale = Objects.requireNonNull(result.market()).sale();
        for (int s = 0; s < result.awards(); s++) {
            final int at = from + s * Decision.AWARD_LENGTH;
            output.buffer().putInt(at, sale.agent(s), ByteOrder.LITTLE_ENDIAN);
            output.buffer().putLong(at + Integer.BYTES, sale.priceMicros(s), ByteOrder.LITTLE_ENDIAN);
        }
    }

    private void grow() {
        decisionOffsets = Arrays.copyOf(decisionOffsets, 2 * decisions);
        ingestNs = Arrays.copyOf(ingestNs, 2 * decisions);
    }

    void stateHash(final long sequence, final long value) {
        final int offset = claim(MessageHeaderEncoder.ENCODED_LENGTH + StateHashFrameEncoder.BLOCK_LENGTH);
        hash.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(sequence)
                .hash(value);
        frames++;
    }

    /** What came of a proposal; rare, and may allocate. What is cut off is for people alone. */
    void variable(final VariableRecord of, final int by) {
        final byte[] full = String.join(
                        "\n", of.name(), of.value(), of.who(), of.why(), String.join(",", of.dissent()), of.reason())
                .getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(full.length, MAX_VARIABLE_TEXT);
        final int offset = claim(MessageHeaderEncoder.ENCODED_LENGTH
                + VariableFrameEncoder.BLOCK_LENGTH
                + VariableFrameEncoder.textHeaderLength()
                + length);
        new VariableFrameEncoder()
                .wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(of.sequence())
                .proposal(of.proposal())
                .order(of.order())
                .version(of.version())
                .by(by)
                .yes(of.yes())
                .no(of.no())
                .code((short) of.code().number())
                .fate((short) of.fate().number())
                .reserved(0)
                .putText(full, 0, length);
        frames++;
    }

    private int claim(final int length) {
        final int offset = output.claim(length);
        if (offset < 0) {
            // The staging area is made for the worst batch. Writing to a wrong place would be worse than stopping.
            throw new IllegalStateException("no room for " + length + " bytes of output");
        }
        return offset;
    }

    /**
     * A fault is rare: building its text may allocate. Which faults are kept depends on their input alone, not on the batch or on
     * the room there is, or a replay would not write the same.
     */
    void fault(final long sequence, final AgentCell cell) {
        final Throwable last = cell.lastFailure();
        fault(sequence, cell.agentId(), cell.restarts(), last == null ? new IllegalStateException() : last);
    }

    private void fault(final long sequence, final int agentId, final long restarts, final Throwable failure) {
        if (sequence != faultySequence) {
            faultySequence = sequence;
            faultsOfInput = 0;
        }
        if (faultsOfInput == MAX_FAULTS_PER_INPUT) {
            return;
        }
        faultsOfInput++;
        final byte[] full = describe(failure);
        final int length = Math.min(full.length, MAX_REASON_BYTES);
        final int offset = claim(MessageHeaderEncoder.ENCODED_LENGTH
                + FaultFrameEncoder.BLOCK_LENGTH
                + FaultFrameEncoder.reasonHeaderLength()
                + length);
        fault.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(sequence)
                .agent(agentId)
                .restarts((int) restarts)
                .putReason(full, 0, length);
        frames++;
    }

    /** An agent failed once too often. */
    void switchedOff(final long sequence, final int agent, final FailureLimit limit) {
        final int offset = claim(MessageHeaderEncoder.ENCODED_LENGTH + AgentOffFrameEncoder.BLOCK_LENGTH);
        new AgentOffFrameEncoder()
                .wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(sequence)
                .agent(agent)
                .most(limit.most())
                .inputs(limit.inputs())
                .reserved(0);
        frames++;
    }

    private static byte[] describe(final Throwable failure) {
        String text;
        try {
            text = failure.toString();
        } catch (final Throwable second) {
            Supervision.rethrowIfFatal(second);
            text = failure.getClass().getName(); // its message is broken too
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
