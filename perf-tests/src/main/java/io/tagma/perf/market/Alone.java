package io.tagma.perf.market;

import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.ScalarKernels;
import org.agrona.DirectBuffer;

/** The surroundings of an agent that asks for nothing. Immutable. */
public record Alone(int agentId) implements AgentContext {
    @Override
    public int shard() {
        return 0;
    }

    @Override
    public Kernels kernels() {
        return new ScalarKernels();
    }

    @Override
    public float[] memory(final int floats) {
        return new float[floats];
    }

    @Override
    public boolean scheduleAt(final long timerId, final long deadlineNs) {
        return false;
    }

    @Override
    public boolean send(
            final int shard,
            final int toAgent,
            final int kind,
            final DirectBuffer source,
            final int offset,
            final int length) {
        return false;
    }
}
