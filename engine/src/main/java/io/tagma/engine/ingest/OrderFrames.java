package io.tagma.engine.ingest;

import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.TrainingFrameEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * An order to an engine's models or about its variables as frames: its text is cut into as many as the slots need, and a shard carries
 * it out with the last. Both sorts are laid out alike. Owned by the thread that fills and submits them.
 */
public final class OrderFrames {
    private static final int FIXED = MessageHeaderEncoder.ENCODED_LENGTH
            + TrainingFrameEncoder.BLOCK_LENGTH
            + TrainingFrameEncoder.textHeaderLength();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final TrainingFrameEncoder frame = new TrainingFrameEncoder();
    private final int template;
    private final byte[] text;
    private final int run;
    private final long number;
    private final long timeNs;

    /**
     * The frames of an order.
     *
     * @param template {@link TrainingFrameEncoder#TEMPLATE_ID}, or that of a frame of the same layout
     * @param text of the order, not empty
     * @param frameLength most bytes of a frame
     * @param number of the order in its engine, greater than that of any before
     * @param timeNs when it was given, epoch ns
     */
    public OrderFrames(
            final int template, final byte[] text, final int frameLength, final long number, final long timeNs) {
        this.template = template;
        this.text = text.clone();
        this.run = Math.min(frameLength - FIXED, Short.MAX_VALUE);
        this.number = number;
        this.timeNs = timeNs;
        if (parts() > 0xFFFE) {
            throw new IllegalArgumentException("an order of " + text.length + " bytes does not fit into 65534 slots of "
                    + frameLength + "; raise slotLength or give it in parts");
        }
    }

    /** How many frames. */
    public int parts() {
        return (text.length + run - 1) / run;
    }

    /** Bytes of one frame. */
    public int encodedLength(final int part) {
        return FIXED + length(part);
    }

    private int length(final int part) {
        return Math.min(run, text.length - part * run);
    }

    /** Writes a frame; returns its length in bytes. */
    public int encode(final int part, final MutableDirectBuffer buffer, final int offset, final long ingestNs) {
        frame.wrapAndApplyHeader(buffer, offset, header)
                .number(number)
                .timeNs(timeNs)
                .ingestNs(ingestNs)
                .part(part)
                .parts(parts())
                .frameClass((short) 0)
                .reserved((short) 0)
                .reserved2(0)
                .putText(text, part * run, length(part));
        header.wrap(buffer, offset).templateId(template);
        return encodedLength(part);
    }
}
