package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.RestoreFrameDecoder;
import io.tagma.engine.profile.RowStation;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** An input that puts a row back. Owned by the shard's thread. */
final class RestoredRow {
    private final RestoreFrameDecoder frame = new RestoreFrameDecoder();
    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);

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

    /** What the row's digest changes by, {@link RowStation#UNCHANGED} where there was nothing to put back. */
    long into(final RowStation rows) {
        return rows.restore(
                frame.subject(),
                frame.first(),
                buffer,
                frame.limit() + RestoreFrameDecoder.floatsHeaderLength(),
                frame.floatsLength() / Float.BYTES,
                frame.updatedNs());
    }
}
