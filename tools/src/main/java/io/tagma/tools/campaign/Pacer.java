package io.tagma.tools.campaign;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableValue;
import java.util.Map;
import java.util.Set;

/**
 * Proposes, on one shard, a step of the pacing every quarter of an hour of the flight: up and down in turn. Campaigns decide. Owned by the shard's
 * thread.
 *
 * <p>Memory: {@code [proposals so far]}.
 */
final class Pacer implements Agent {
    private static final int PROPOSING = 0; // the shard
    private static final String NAME = "pacer";

    private final AgentContext context;
    private final Variable pacing;
    private final float[] memory;

    private Pacer(final AgentContext context) {
        this.context = context;
        this.pacing = context.variable(Pacing.VARIABLE);
        this.memory = context.memory(1);
        scheduleNext();
    }

    /** The type of the one who proposes. */
    static AgentFactory factory() {
        return AgentFactory.of(new AgentDescriptor(NAME, Set.of("pace"), Map.of(), false), Pacer::new);
    }

    private void scheduleNext() {
        if (context.shard() == PROPOSING) {
            final long next = (long) memory[0] + 1;
            context.scheduleAt(CampaignWorld.START_NS + next * CampaignWorld.VOTE_NS, next);
        }
    }

    @Override
    public void onTimer(final long timerId, final long timeNs) {
        if (timerId != (long) memory[0] + 1) {
            return; // set again by an instance made anew
        }
        memory[0] += 1f;
        scheduleNext();
        final float now = (float) pacing.real();
        final float moved = Pacing.moved(now, Pacing.proposed(timerId));
        if (moved != now) {
            context.propose(Pacing.VARIABLE, VariableValue.of((double) moved));
        }
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        // no task is its own
    }
}
