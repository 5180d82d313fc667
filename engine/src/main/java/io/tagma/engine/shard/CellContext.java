package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.KeptState;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.training.AgentHooks;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** What one agent on one shard has of its engine: memory, timers, post. Owned by the shard's thread. */
final class CellContext implements AgentContext, AgentHooks.Aside {
    private final int shard;
    private final int agentId;
    private final Kernels kernels;
    private final TimerHeap timers;
    private final Post post;
    private @Nullable MarketStation market;
    private final @Nullable ShardVariables variables;
    private final OpenAsks asks;
    private float @Nullable [] memory;
    private float @Nullable [] memoryBefore;
    private boolean aside;
    private long keptBefore;
    private @Nullable KeptState kept;

    CellContext(
            final int shard,
            final int agentId,
            final Kernels kernels,
            final TimerHeap timers,
            final Post post,
            final @Nullable ShardVariables variables,
            final OpenAsks asks) {
        this.shard = shard;
        this.agentId = agentId;
        this.kernels = kernels;
        this.timers = timers;
        this.post = post;
        this.variables = variables;
        this.asks = asks;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int agentId() {
        return agentId;
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public float[] memory(final int floats) {
        final float[] present = memory;
        if (present == null) {
            final float[] fresh = new float[floats];
            memory = fresh;
            return fresh;
        }
        if (present.length != floats) {
            throw new IllegalArgumentException("agent " + agentId + " asks for " + floats + " floats of memory but has "
                    + present.length + "; the size must not change");
        }
        return present;
    }

    @Override
    public <T extends KeptState> T kept(final Class<T> type, final Supplier<T> fresh) {
        final KeptState present = kept;
        if (present == null) {
            final T made = fresh.get();
            kept = made;
            return made;
        }
        return type.cast(present);
    }

    @Override
    public boolean scheduleAt(final long timeNs, final long timerId) {
        return !aside && timers.schedule(timeNs, agentId, timerId);
    }

    @Override
    public boolean send(
            final int toShard,
            final int toAgent,
            final int kind,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        return !aside && post.send(agentId, toShard, toAgent, kind, payload, offset, length);
    }

    @Override
    public long balanceMicros() {
        final MarketStation own = market;
        return own == null ? 0 : own.ledger().balanceMicros(CreditLedger.accountOf(agentId));
    }

    /** The shard's market, which is made when its agents are. */
    void market(final @Nullable MarketStation station) {
        market = station;
    }

    @Override
    public Variable variable(final String name) {
        return variables == null ? AgentContext.super.variable(name) : variables.variable(name);
    }

    @Override
    public boolean propose(final String name, final VariableValue value) {
        return !aside && variables != null && variables.wish(agentId, name, value);
    }

    @Override
    public long ask(
            final int service, final DirectBuffer payload, final int offset, final int length, final long timeoutNs) {
        return aside ? 0 : asks.open(agentId, service, post.nowNs(), timeoutNs, payload, offset, length);
    }

    @Override
    public void begin() {
        aside = true;
        final KeptState beside = kept;
        keptBefore = beside == null ? 0 : beside.digest();
        final float[] present = memory;
        if (present != null) {
            if (memoryBefore == null || memoryBefore.length != present.length) {
                memoryBefore = new float[present.length];
            }
            System.arraycopy(present, 0, memoryBefore, 0, present.length);
        }
    }

    @Override
    public void end() {
        aside = false;
        final float[] present = memory;
        if (present != null && memoryBefore != null) {
            System.arraycopy(memoryBefore, 0, present, 0, present.length);
        }
        final KeptState beside = kept;
        if (beside != null && beside.digest() != keptBefore) {
            throw new IllegalStateException("agent " + agentId
                    + " changes its kept state where it is asked, which a hook cannot take back: change it in learn");
        }
    }

    /** The memory, or null while the agent has asked for none. */
    float @Nullable [] memoryOrNull() {
        return memory;
    }

    /** What is kept beside it, or null where the agent keeps nothing. */
    @Nullable
    KeptState keptOrNull() {
        return kept;
    }

    void save(final SnapshotWriter out) {
        final float[] present = memory;
        out.putInt(present == null ? 0 : present.length);
        if (present != null) {
            out.putFloats(present, 0, present.length);
        }
    }

    /** Replaces the memory; the agent must be made anew, since it may hold the old one. */
    void load(final SnapshotReader in) {
        final int length = in.getInt();
        final float[] loaded = new float[length];
        in.getFloats(loaded, 0, length);
        memory = length == 0 ? null : loaded;
    }
}
