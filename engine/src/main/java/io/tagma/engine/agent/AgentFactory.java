package io.tagma.engine.agent;

import java.util.function.Function;

/** Describes an agent type and makes its instance for each shard. Called by the launching thread, and by a shard's thread on a restart. */
public interface AgentFactory {
    /** What the registry shall know of it. The same at every call. */
    AgentDescriptor describe();

    /** Makes the instance for one shard; a restart calls it again with the same context and so with the same memory. */
    Agent create(AgentContext context);

    /** A factory of a descriptor and a constructor. */
    static AgentFactory of(final AgentDescriptor descriptor, final Function<AgentContext, Agent> constructor) {
        return new AgentFactory() {
            @Override
            public AgentDescriptor describe() {
                return descriptor;
            }

            @Override
            public Agent create(final AgentContext context) {
                return constructor.apply(context);
            }
        };
    }
}
