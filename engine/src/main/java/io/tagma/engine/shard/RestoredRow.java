package io.tagma.engine.shard;

import io.tagma.engine.ingest.RowRestore;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.RestoreFrameDecoder;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.profile.RowStation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** An input that corrects a row by hand. Owned by the shard's thread; {@link #applied} is for any. */
final class RestoredRow {
    private static final int MOST_APPLIED = 16;
    private static final int MOST_REMARK_BYTES = 4096;

    private final RestoreFrameDecoder frame = new RestoreFrameDecoder();
    private final ByteArrayOutputStream remark = new ByteArrayOutputStream();
    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private volatile List<RowCorrection> applied = List.of();
    private String cause = "";
    private long causeAt;

    /** Looks at a frame; what follows is about it. */
    void wrap(final DirectBuffer frames, final int offset) {
        buffer = frames;
        frame.wrap(
                frames,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                RestoreFrameDecoder.BLOCK_LENGTH,
                RestoreFrameDecoder.SCHEMA_VERSION);
    }

    long timeNs() {
        return frame.timeNs();
    }

    /** Whose rows it is about: behaviour variables are those of the rule that declares them. */
    RowStation rows(final RowStation subjects, final RowStation peers) {
        return frame.mode() == RowRestore.NEUTRALISE && !subjects.declares(frame.subject()) ? peers : subjects;
    }

    /** What the row's digest changes by, {@link RowStation#UNCHANGED} where there was nothing to correct, which is counted. */
    long into(final RowStation rows, final long sequence, final Counter ignored) {
        final int at = frame.limit() + RestoreFrameDecoder.floatsHeaderLength();
        final int length = frame.floatsLength();
        if (frame.mode() == RowRestore.REMARK) {
            remark(at, length);
            return RowStation.UNCHANGED;
        }
        final boolean neutralises = frame.mode() == RowRestore.NEUTRALISE;
        final long delta = neutralises
                ? rows.neutralise(frame.subject(), buffer, at, length / Short.BYTES)
                : rows.restore(frame.subject(), frame.first(), buffer, at, length / Float.BYTES, frame.updatedNs());
        if (delta == RowStation.UNCHANGED) {
            ignored.increment();
        }
        cause = neutralises ? "neutralised" + by() : "put back to input " + frame.toSequence();
        causeAt = sequence;
        remark.reset();
        final boolean changed = delta != RowStation.UNCHANGED;
        note(new RowCorrection(frame.ingestNs(), sequence, changed, changed || rows.holds(frame.subject())));
        return delta;
    }

    private void remark(final int at, final int length) {
        if (frame.first() == 0) {
            remark.reset(); // whoever began another did not come to its end
        }
        if (remark.size() + length <= MOST_REMARK_BYTES) {
            final byte[] piece = new byte[length];
            buffer.getBytes(at, piece);
            remark.writeBytes(piece);
        }
    }

    private String by() {
        return remark.size() == 0 ? "" : " by " + remark.toString(StandardCharsets.UTF_8);
    }

    private void note(final RowCorrection one) {
        final List<RowCorrection> all = new ArrayList<>(applied);
        all.add(one);
        applied = List.copyOf(all.subList(Math.max(0, all.size() - MOST_APPLIED), all.size()));
    }

    /** The newest 16 corrections, the oldest first. Any thread. */
    List<RowCorrection> applied() {
        return applied;
    }

    /** What the input of that sequence did, in words; empty where it was none of these. */
    String cause(final long sequence) {
        return sequence == causeAt ? cause : "";
    }
}
