package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.ProbationFrameEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * Puts an agent of one shard on probation, or ends it: an input like any other, so a replay does the same at the same place. Immutable.
 *
 * @param agent number of the agent
 * @param on whether it begins
 * @param reason {@link #TIME}, {@link #BYTES} or {@link #NONE}
 * @param measured what the agent took in a window, ns or bytes
 * @param allowed what it may take
 * @param timeNs when it was ordered, ns since the epoch
 */
public record Probation(int agent, boolean on, int reason, long measured, long allowed, long timeNs) {
    /** No quota is why. */
    public static final int NONE = 0;

    /** It took too much time. */
    public static final int TIME = 1;

    /** It allocated too much. */
    public static final int BYTES = 2;

    /** Length of the frame in bytes. */
    public static final int ENCODED_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + ProbationFrameEncoder.BLOCK_LENGTH;

    /** Writes the frame; returns its length in bytes. */
    public int encode(final MutableDirectBuffer buffer, final int offset, final long ingestNs) {
        new ProbationFrameEncoder()
                .wrapAndApplyHeader(buffer, offset, new MessageHeaderEncoder())
                .timeNs(timeNs)
                .ingestNs(ingestNs)
                .measured(measured)
                .allowed(allowed)
                .agent(agent)
                .on((short) (on ? 1 : 0))
                .reason((short) reason)
                .frameClass((short) 0)
                .reserved((short) 0);
        return ENCODED_LENGTH;
    }
}
