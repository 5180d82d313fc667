package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.DeviceFailureFrameDecoder;
import io.tagma.engine.ingest.sbe.KernelsFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads from one shard's journal who computed: the kernels of each launch, and calls that failed on a GPU. For people and tools; also
 * while the engine runs. Owned by its one reading thread.
 */
public final class KernelFacts implements AutoCloseable {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int PARTS = 3;

    private final int shard;
    private final JournalTailer tailer;
    private int at;
    private boolean open;
    private long damaged;

    /** Something about who computed. */
    public sealed interface Fact {
        /** The shard in whose journal it is. */
        int shard();

        /** The input that it is about: of a launch, the last before it; 0 for none. */
        long sequence();

        /** When it was journaled, epoch ns. */
        long timeNs();
    }

    /**
     * The kernels of a launch.
     *
     * @param kernels their name
     * @param reason why these
     * @param calibration from which size on who computes, a line a kernel; empty where nothing was measured
     */
    public record Launch(int shard, long sequence, long timeNs, String kernels, String reason, List<String> calibration)
            implements Fact {}

    /**
     * A call that failed on a GPU and was done by the processor.
     *
     * @param number among all of its launch, from 1
     * @param left whether with it the GPU was left, for all later calls of the launch
     * @param kernel what was called
     * @param thread who called
     * @param reason the driver's answer
     */
    public record Failure(
            int shard,
            long sequence,
            long timeNs,
            long number,
            boolean left,
            String kernel,
            String thread,
            String reason)
            implements Fact {}

    /** At the journal's start. */
    public KernelFacts(final Path journal, final int shard) {
        this.shard = shard;
        this.tailer = JournalTailer.open(journal);
    }

    /** The next fact, or null while there is none yet. */
    public @Nullable Fact next() {
        while (true) {
            if (open && at < tailer.count()) {
                return read(shard, tailer, at++);
            }
            final int code = tailer.next();
            open = code == TailerCode.EXCERPT && tailer.type() == ExcerptType.NOTE;
            at = 0;
            if (code == TailerCode.END) {
                return null;
            }
            damaged += code == TailerCode.DAMAGED ? 1 : 0;
        }
    }

    /** Excerpts that could not be read, and were passed over. */
    public long damaged() {
        return damaged;
    }

    /** The fact in a frame of the excerpt that a tailer is at. */
    static Fact read(final int shard, final JournalTailer tailer, final int frame) {
        final DirectBuffer buffer = tailer.buffer();
        final int offset = tailer.frameOffset(frame);
        if (OutputCheck.template(buffer, offset) == KernelsFrameDecoder.TEMPLATE_ID) {
            final KernelsFrameDecoder launch = new KernelsFrameDecoder();
            launch.wrap(buffer, offset + HEADER, KernelsFrameDecoder.BLOCK_LENGTH, KernelsFrameDecoder.SCHEMA_VERSION);
            final byte[] text = new byte[launch.textLength()];
            launch.getText(text, 0, text.length);
            final List<String> lines = lines(text, Integer.MAX_VALUE);
            return new Launch(
                    shard,
                    launch.sequence(),
                    tailer.timeNs(),
                    lines.get(0),
                    line(lines, 1),
                    lines.stream().skip(2).filter(line -> !line.isEmpty()).toList());
        }
        final DeviceFailureFrameDecoder failure = new DeviceFailureFrameDecoder();
        failure.wrap(
                buffer,
                offset + HEADER,
                DeviceFailureFrameDecoder.BLOCK_LENGTH,
                DeviceFailureFrameDecoder.SCHEMA_VERSION);
        final byte[] text = new byte[failure.textLength()];
        failure.getText(text, 0, text.length);
        final List<String> lines = lines(text, PARTS);
        return new Failure(
                shard,
                failure.sequence(),
                tailer.timeNs(),
                failure.number(),
                failure.left() != 0,
                lines.get(0),
                line(lines, 1),
                line(lines, 2));
    }

    private static List<String> lines(final byte[] text, final int most) {
        return List.of(new String(text, StandardCharsets.UTF_8).split("\n", most));
    }

    /** A line that may have been cut off. */
    private static String line(final List<String> lines, final int i) {
        return i < lines.size() ? lines.get(i) : "";
    }

    @Override
    public void close() {
        tailer.close();
    }
}
