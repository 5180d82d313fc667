package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMeter;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.ProbationFrameDecoder;
import io.tagma.engine.observe.Counter;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which agents of one shard are on probation: not asked, not taught, told of nothing, until an input ends it. Part of the state. Owned by
 * the shard's thread; what counts is for any.
 */
final class Probations {
    /** Of the frames that it takes. */
    static final int TEMPLATE_ID = ProbationFrameDecoder.TEMPLATE_ID;

    private final List<AgentCell> cells;
    private final @Nullable AgentMeter[] meters;
    private final long[] since;
    private final ProbationFrameDecoder frame = new ProbationFrameDecoder();
    private final Counter begun = new Counter();
    private final Counter ignored = new Counter();

    /**
     * None on probation.
     *
     * @param meters of the agents, in their order; null for one that is not measured
     */
    Probations(final List<AgentCell> cells, final @Nullable AgentMeter[] meters) {
        this.cells = cells;
        this.meters = meters.clone();
        this.since = new long[cells.size()];
    }

    /** Takes a frame. */
    void apply(final DirectBuffer buffer, final int offset, final long sequence) {
        frame.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                ProbationFrameDecoder.BLOCK_LENGTH,
                ProbationFrameDecoder.SCHEMA_VERSION);
        final boolean on = frame.on() != 0;
        for (int i = 0; i < since.length; i++) {
            if (cells.get(i).agentId() == frame.agent() && on == (since[i] == 0)) {
                set(i, on ? sequence : 0);
                return;
            }
        }
        ignored.increment();
    }

    private void set(final int i, final long sequence) {
        since[i] = sequence;
        if (sequence != 0) {
            begun.increment();
            cells.get(i).suspend();
        } else {
            cells.get(i).readmit();
        }
    }

    boolean isEmpty() {
        for (final long one : since) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    /** A state hash with these; as it is where nobody is on probation. */
    long hash(final long hash) {
        long value = hash;
        for (int i = 0; i < since.length; i++) {
            if (since[i] != 0) {
                value = Subjects.mix(value ^ Subjects.mix(since[i] + i));
            }
        }
        return value;
    }

    void save(final SnapshotWriter out) {
        out.putInt(since.length);
        for (final long one : since) {
            out.putLong(one);
        }
    }

    /** Into cells that have just been made anew. */
    void load(final SnapshotReader in) {
        final int count = in.getInt();
        for (int i = 0; i < count; i++) {
            final long one = in.getLong();
            if (one != 0 && i < since.length) {
                since[i] = one;
                cells.get(i).suspend();
            }
        }
    }

    /** What an agent takes, or null where it is not measured. */
    @Nullable
    AgentMeter meter(final int i) {
        return meters[i];
    }

    /** Probations since the launch, those of its replay included. */
    long begun() {
        return begun.get();
    }

    /** Frames that changed nothing: no such agent, or it was so already. */
    long ignored() {
        return ignored.get();
    }
}
