package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.WindowEndFrameEncoder;
import io.tagma.ring.FrameRing;

/** Puts the end of an auction's window into its shard's ring. Owned by the shard's thread. */
public final class WindowFrames {
    /** All who were asked had answered. */
    public static final int ANSWERED = 0;

    /** The window had passed. */
    public static final int PASSED = 1;

    /** The engine closed. */
    public static final int CLOSED = 2;

    private static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + WindowEndFrameEncoder.BLOCK_LENGTH;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final WindowEndFrameEncoder frame = new WindowEndFrameEncoder();

    /** None written yet. */
    public WindowFrames() {}

    /**
     * Writes one frame.
     *
     * @param auction number of its request for bids
     * @param reason {@link #PASSED} or {@link #CLOSED}
     * @return 0, or why the ring did not take it, a negative {@link SubmitCode}
     */
    public int offer(final FrameRing ring, final long auction, final int reason, final long nowNs) {
        final long claim = ring.tryClaim(LENGTH, 0);
        if (claim < 0) {
            return (int) claim;
        }
        frame.wrapAndApplyHeader(ring.buffer(), ring.offset(claim), header)
                .auction(auction)
                .ingestNs(nowNs)
                .reason((short) reason)
                .frameClass((short) 0)
                .reserved(0)
                .reserved2(0);
        ring.commit(claim);
        return SubmitCode.ACCEPTED;
    }

    /** A reason in words. */
    public static String describe(final int reason) {
        return switch (reason) {
            case ANSWERED -> "all had answered";
            case PASSED -> "the window had passed";
            case CLOSED -> "the engine closed";
            default -> "reason " + reason;
        };
    }
}
