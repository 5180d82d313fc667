package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableVote;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.sbe.AgentOrderFrameDecoder;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.supervise.RestartWindow;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which agents of one shard are switched off since they failed too often: not asked, not taught, told of nothing, until an order ends it.
 * What a failure counts against is the shard's own inputs, so it is a function of the journal, and part of the state. Costs nothing
 * while nobody fails. Owned by the shard's thread; what counts is for any.
 */
final class SwitchOffs {
    /** Of the frames that it takes. */
    static final int TEMPLATE_ID = AgentOrderFrameDecoder.TEMPLATE_ID;

    /** What an order may do: call an agent again. */
    static final String REVIVE = "revive";

    /** What an order may do: have another limit hold from now on. */
    static final String LIMIT = "limit";

    private static final int NOT = 0;
    private static final int LINES_WHAT = 2;
    private static final int LINES_AGENT = 3;
    private static final int LINES_LIMIT = 4;

    private final List<AgentCell> cells;
    private final ShardCounters counters;
    private final @Nullable RestartWindow[] failures;
    private final long[] since;
    private final OrderText orders = new OrderText();
    private final Counter begun = new Counter();
    private volatile long lastOrder;
    private volatile FailureLimit limit = FailureLimit.NONE;
    private boolean touched;

    /** None switched off, and no limit. */
    SwitchOffs(final List<AgentCell> cells, final ShardCounters counters) {
        this.cells = cells;
        this.counters = counters;
        this.failures = new RestartWindow[cells.size()];
        this.since = new long[cells.size()];
    }

    /** The limit with which the journal begins; before its first input. */
    void begin(final FailureLimit first) {
        limit = first;
    }

    /** The limit that holds; any thread. */
    FailureLimit limit() {
        return limit;
    }

    /** An agent failed: that is counted and put out, and may be once too often. */
    void failed(final AgentCell cell, final long sequence, final OutputWriter output) {
        counters.faults.increment();
        output.fault(sequence, cell);
        count(cell, sequence, output);
    }

    /** Asks an agent for its vote on a variable; one that throws abstains, and has failed. */
    VariableVote vote(
            final int agent, final VariableProposal proposal, final long sequence, final OutputWriter output) {
        final AgentCell cell = cells.get(agent);
        final long before = cell.faults();
        final VariableVote vote = cell.vote(proposal);
        if (cell.faults() != before) {
            count(cell, sequence, output);
        }
        return vote;
    }

    private void count(final AgentCell cell, final long sequence, final OutputWriter output) {
        final int agent = cell.agentId();
        if (!limit.isSet() || since[agent] != NOT) {
            return;
        }
        touched = true;
        RestartWindow window = failures[agent];
        if (window == null) {
            window = new RestartWindow(limit.most(), period());
            failures[agent] = window;
        }
        if (!window.admit(sequence)) {
            failures[agent] = null;
            since[agent] = sequence;
            begun.increment();
            cell.switchOff();
            output.switchedOff(sequence, agent, limit);
        }
    }

    private long period() {
        return limit.inputs() - 1L; // the failure's own input is one of them
    }

    /** Takes a frame of an order. */
    void apply(final DirectBuffer buffer, final int offset) {
        if (!orders.take(buffer, offset) || (orders.isWhole() && !carryOut())) {
            counters.ignored.increment();
        }
        touched = true;
        lastOrder = orders.lastNumber();
    }

    private boolean carryOut() {
        if (orders.line(LINES_WHAT).equals(LIMIT)) {
            return limit(orders.line(LINES_LIMIT));
        }
        for (int i = 0; i < since.length; i++) {
            if (since[i] != NOT && cells.get(i).descriptor().name().equals(orders.line(LINES_AGENT))) {
                since[i] = NOT;
                cells.get(i).revive();
                return true;
            }
        }
        return false;
    }

    private boolean limit(final String text) {
        try {
            limit = FailureLimit.parse(text);
        } catch (final IllegalArgumentException unusable) {
            return false; // what nobody could have meant must not stop a shard, nor its replay
        }
        Arrays.fill(failures, null); // counted from now on
        return true;
    }

    /** Whether nobody has ever failed where there was a limit, and nobody gave an order. */
    boolean isUntouched() {
        return !touched && !limit.isSet();
    }

    /** A state hash with these; as it is where nobody ever failed. */
    long hash(final long hash) {
        if (!touched) {
            return hash;
        }
        long value = Subjects.mix(hash ^ Subjects.mix(((long) limit.most() << Integer.SIZE) + limit.inputs()));
        value = Subjects.mix(value ^ orders.lastNumber());
        for (int i = 0; i < since.length; i++) {
            final RestartWindow window = failures[i];
            if (since[i] != NOT) {
                value = Subjects.mix(value ^ Subjects.mix(since[i] + i));
            }
            for (int n = 0; window != null && n < window.count(); n++) {
                value = Subjects.mix(value ^ (window.time(n) * since.length + i));
            }
        }
        return value;
    }

    void save(final SnapshotWriter out) {
        out.putInt(limit.most());
        out.putInt(limit.inputs());
        out.putInt(touched ? 1 : 0);
        orders.save(out);
        out.putInt(since.length);
        for (int i = 0; i < since.length; i++) {
            final RestartWindow window = failures[i];
            out.putLong(since[i]);
            out.putInt(window == null ? 0 : window.count());
            for (int n = 0; window != null && n < window.count(); n++) {
                out.putLong(window.time(n));
            }
        }
    }

    /** Into cells that have just been made anew. */
    void load(final SnapshotReader in) {
        limit = new FailureLimit(in.getInt(), in.getInt());
        touched = in.getInt() != 0;
        orders.load(in);
        lastOrder = orders.lastNumber();
        final int count = in.getInt();
        for (int i = 0; i < count; i++) {
            since[i] = in.getLong();
            final int held = in.getInt();
            if (held > 0) {
                final RestartWindow window = new RestartWindow(limit.most(), period());
                for (int n = 0; n < held; n++) {
                    window.admit(in.getLong());
                }
                failures[i] = window;
            }
            if (since[i] != NOT) {
                cells.get(i).switchOff();
            }
        }
    }

    /** Number of the last order that was whole; any thread. */
    long lastOrder() {
        return lastOrder;
    }

    /** The input at which an agent was switched off, 0 where it is not; racy, for observers. */
    long since(final int agent) {
        return since[agent];
    }

    /** Times that an agent was switched off since the launch, those of its replay included; any thread. */
    long begun() {
        return begun.get();
    }
}
