package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.VariableOrderFrameDecoder;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/** Puts an order about a variable together from its frames: who, why, what to do, the variable, the value. Owned by the shard's thread. */
final class OrderText {
    static final String ROLLBACK = "rollback";

    private static final int MAX_BYTES = 1 << 16;
    private static final int LINES = 5;

    private final VariableOrderFrameDecoder frame = new VariableOrderFrameDecoder();
    private byte[] collected = {};
    private List<String> lines = List.of();
    private long collecting;
    private int nextPart;
    private long lastNumber;
    private long timeNs;
    private boolean whole;

    /** Takes a part; false where it is of an order that was had before, out of turn, or no order. */
    boolean take(final DirectBuffer buffer, final int offset) {
        frame.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                VariableOrderFrameDecoder.BLOCK_LENGTH,
                VariableOrderFrameDecoder.SCHEMA_VERSION);
        whole = false;
        final long number = frame.number();
        final int part = frame.part();
        if (number <= lastNumber || (part != 0 && (number != collecting || part != nextPart))) {
            return false;
        }
        final int kept = part == 0 ? 0 : collected.length;
        final int length = frame.textLength();
        if (kept + length > MAX_BYTES) {
            return false;
        }
        timeNs = frame.timeNs();
        final int parts = frame.parts();
        collected = Arrays.copyOf(collected, kept + length);
        frame.getText(collected, kept, length);
        collecting = number;
        nextPart = part + 1;
        if (nextPart == parts) {
            lastNumber = number;
            nextPart = 0;
            lines = List.of(new String(collected, StandardCharsets.UTF_8).split("\n", -1));
            collected = new byte[0];
            whole = lines.size() == LINES;
            return whole;
        }
        return true;
    }

    /** Whether the last part made it whole. */
    boolean isWhole() {
        return whole;
    }

    String line(final int i) {
        return lines.get(i);
    }

    long number() {
        return lastNumber;
    }

    long timeNs() {
        return timeNs;
    }

    /** Number of the last order that was whole; 0 before the first. */
    long lastNumber() {
        return lastNumber;
    }

    void save(final SnapshotWriter out) {
        out.putLong(lastNumber);
        out.putLong(collecting);
        out.putInt(nextPart);
        out.putLong(timeNs);
        out.putInt(collected.length);
        out.putBytes(collected, 0, collected.length);
    }

    void load(final SnapshotReader in) {
        lastNumber = in.getLong();
        collecting = in.getLong();
        nextPart = in.getInt();
        timeNs = in.getLong();
        collected = new byte[Math.min(in.getInt(), MAX_BYTES)];
        in.getBytes(collected, 0, collected.length);
    }
}
