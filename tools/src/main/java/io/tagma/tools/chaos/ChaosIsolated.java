package io.tagma.tools.chaos;

import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.IsolatedReply;
import io.tagma.engine.agent.Request;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An isolated agent around another that hangs where a {@link ChaosPlan} says so: at the first request about the event of its block or a
 * later one, whoever has it, once a block. What it is asked begins with the event's number. Owned by the thread that it is isolated on.
 */
public final class ChaosIsolated implements IsolatedAgent {
    private final IsolatedAgent agent;
    private final String name;
    private final ChaosPlan plan;
    private final ChaosEffects effects;
    private final AtomicLong struck;

    private ChaosIsolated(
            final IsolatedAgent agent,
            final String name,
            final ChaosPlan plan,
            final ChaosEffects effects,
            final AtomicLong struck) {
        this.agent = agent;
        this.name = name;
        this.plan = plan;
        this.effects = effects;
        this.struck = struck;
    }

    /**
     * The same agent, and its successors, hanging now and then.
     *
     * @param struck the last block that somebody hung in, shared by all
     */
    public static Isolated around(
            final Isolated isolated, final ChaosPlan plan, final ChaosEffects effects, final AtomicLong struck) {
        return new Isolated(
                isolated.name(),
                () -> new ChaosIsolated(isolated.maker().get(), isolated.name(), plan, effects, struck));
    }

    @Override
    public void handle(final Request request, final IsolatedReply reply) throws Exception {
        final long event = request.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
        final long block = plan.block(event);
        final long last = struck.get();
        if (block > last
                && event >= plan.event(block)
                && plan.kind(block) == ChaosKind.HANG
                && struck.compareAndSet(last, block)) {
            effects.strikes(ChaosKind.HANG, name, event, request.shard());
            effects.hangIsolated(event);
        }
        agent.handle(request, reply);
    }
}
