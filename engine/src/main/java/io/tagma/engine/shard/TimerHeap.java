package io.tagma.engine.shard;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * One shard's timers in stream time: a bounded binary heap ordered by deadline, then by the order in which they were set,
 * so that which fires first is a function of the journal. Owned by the shard's thread.
 */
final class TimerHeap {
    private final long[] deadlines;
    private final long[] orders;
    private final long[] ids;
    private final int[] agents;
    private long nextOrder;
    private int size;

    TimerHeap(final int capacity) {
        deadlines = new long[capacity];
        orders = new long[capacity];
        ids = new long[capacity];
        agents = new int[capacity];
    }

    boolean schedule(final long deadlineNs, final int agentId, final long timerId) {
        if (size == deadlines.length) {
            return false;
        }
        int hole = size++;
        final long order = nextOrder++;
        while (hole > 0 && before(deadlineNs, order, (hole - 1) >>> 1)) {
            move((hole - 1) >>> 1, hole);
            hole = (hole - 1) >>> 1;
        }
        place(hole, deadlineNs, order, agentId, timerId);
        return true;
    }

    boolean isDue(final long nowNs) {
        return size > 0 && deadlines[0] <= nowNs;
    }

    int firstAgent() {
        return agents[0];
    }

    long firstId() {
        return ids[0];
    }

    long firstDeadlineNs() {
        return deadlines[0];
    }

    void removeFirst() {
        size--;
        if (size == 0) {
            return;
        }
        final long deadline = deadlines[size];
        final long order = orders[size];
        final int agent = agents[size];
        final long id = ids[size];
        int hole = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && before(deadlines[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (before(deadline, order, child)) {
                break;
            }
            move(child, hole);
            hole = child;
            child = 2 * hole + 1;
        }
        place(hole, deadline, order, agent, id);
    }

    int size() {
        return size;
    }

    private boolean before(final long deadline, final long order, final int slot) {
        return deadline != deadlines[slot] ? deadline < deadlines[slot] : order < orders[slot];
    }

    private void move(final int from, final int to) {
        place(to, deadlines[from], orders[from], agents[from], ids[from]);
    }

    private void place(final int slot, final long deadline, final long order, final int agent, final long id) {
        deadlines[slot] = deadline;
        orders[slot] = order;
        agents[slot] = agent;
        ids[slot] = id;
    }

    void save(final SnapshotWriter out) {
        out.putLong(nextOrder);
        out.putInt(size);
        out.putLongs(deadlines, 0, size);
        out.putLongs(orders, 0, size);
        out.putLongs(ids, 0, size);
        out.putInts(agents, 0, size);
    }

    void load(final SnapshotReader in) {
        nextOrder = in.getLong();
        size = in.getInt();
        in.getLongs(deadlines, 0, size);
        in.getLongs(orders, 0, size);
        in.getLongs(ids, 0, size);
        in.getInts(agents, 0, size);
    }
}
