package io.tagma.engine.agent;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * What an agent has learnt beside its {@linkplain AgentContext#memory(int) memory}, for state whose size grows, e.g. a tree: a function of
 * the calls to its agent, so that a replay comes to the same; part of state hash and snapshot, out of reach of orders to models. It may change in
 * {@link Agent#learn}, not where the agent is asked: a hook asks it twice, and what it says the second time must leave no trace. Owned by the
 * shard's thread.
 */
public interface KeptState {
    /** Writes all that the agent's future depends on. */
    void write(SnapshotWriter out);

    /** Takes over what was written, in the place of what there is. */
    void read(SnapshotReader in);

    /** Differs where what led to the state differs; asked for with each state hash, so cheap. */
    long digest();
}
