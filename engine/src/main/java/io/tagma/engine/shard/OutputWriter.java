package io.tagma.engine.shard;

import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.sbe.DecisionFrameEncoder;
import io.tagma.engine.ingest.sbe.FaultFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.StateHashFrameEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes what a shard puts out. Owned by the shard's thread; keeps the offsets of the batch's decisions for publishing. */
final class OutputWriter {
    private static final int MAX_REASON_BYTES = 512;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionFrameEncoder decision = new DecisionFrameEncoder();
    private final StateHashFrameEncoder hash = new StateHashFrameEncoder();
    private final FaultFrameEncoder fault = new FaultFrameEncoder();
    private OutputBuffer output;
    private int[] decisionOffsets;
    private long[] ingestNs;
    private int decisions;
    private int frames;

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

    int decisionOffset(final int i) {
        return decisionOffsets[i];
    }

    long ingestNs(final int i) {
        return ingestNs[i];
    }

    void decision(final Task task, final Deliberation result) {
        final int ballots = result.ballotCount();
        final int offset = output.claim(MessageHeaderEncoder.ENCODED_LENGTH
                + DecisionFrameEncoder.BLOCK_LENGTH
                + Short.BYTES
                + ballots * Float.BYTES);
        decision.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(task.sequence())
                .correlationId(task.correlationId())
                .score(result.score())
                .outOfScope(task.outOfScope())
                .priceMicros(result.priceMicros())
                .intent((short) task.intent())
                .agent((short) result.agentId())
                .action((short) result.action())
                .status((short) result.status())
                .reserved(0);
        int at = offset + MessageHeaderEncoder.ENCODED_LENGTH + DecisionFrameEncoder.BLOCK_LENGTH;
        output.buffer().putShort(at, (short) (ballots * Float.BYTES), ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        for (int i = 0; i < ballots; i++) {
            output.buffer().putFloat(at, result.ballots()[i], ByteOrder.LITTLE_ENDIAN);
            at += Float.BYTES;
        }
        if (decisions == decisionOffsets.length) {
            grow(); // only a replay of a journal that was written with larger batches comes here
        }
        decisionOffsets[decisions] = offset;
        ingestNs[decisions] = task.ingestNs();
        decisions++;
        frames++;
    }

    private void grow() {
        decisionOffsets = Arrays.copyOf(decisionOffsets, 2 * decisions);
        ingestNs = Arrays.copyOf(ingestNs, 2 * decisions);
    }

    void stateHash(final long sequence, final long value) {
        final int offset = output.claim(MessageHeaderEncoder.ENCODED_LENGTH + StateHashFrameEncoder.BLOCK_LENGTH);
        hash.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(sequence)
                .hash(value);
        frames++;
    }

    /** A fault is rare: building its text may allocate. */
    void fault(final long sequence, final int agentId, final long restarts, final Throwable failure) {
        final byte[] full = String.valueOf(failure).getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(full.length, MAX_REASON_BYTES);
        final int offset = output.claim(MessageHeaderEncoder.ENCODED_LENGTH
                + FaultFrameEncoder.BLOCK_LENGTH
                + FaultFrameEncoder.reasonHeaderLength()
                + length);
        if (offset < 0) {
            return; // the staging area is full of faults already; the counters still tell how many there were
        }
        fault.wrapAndApplyHeader(output.buffer(), offset, header)
                .sequence(sequence)
                .agent(agentId)
                .restarts((int) restarts)
                .putReason(full, 0, length);
        frames++;
    }
}
