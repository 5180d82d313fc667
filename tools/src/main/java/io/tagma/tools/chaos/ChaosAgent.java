package io.tagma.tools.chaos;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableVote;

/**
 * An agent around another that fails where a {@link ChaosPlan} says so. That it throws is a function of the event alone, so a replay
 * throws too; the rest it leaves to {@link ChaosEffects}. Owned by the shard's thread.
 */
public final class ChaosAgent implements Agent {
    private final Agent agent;
    private final String name;
    private final int shard;
    private final int number;
    private final int agents;
    private final ChaosPlan plan;
    private final ChaosEffects effects;
    private long block = Long.MIN_VALUE;
    private long dueEvent;

    private ChaosAgent(
            final Agent agent,
            final String name,
            final int shard,
            final int number,
            final int agents,
            final ChaosPlan plan,
            final ChaosEffects effects) {
        this.agent = agent;
        this.name = name;
        this.shard = shard;
        this.number = number;
        this.agents = agents;
        this.plan = plan;
        this.effects = effects;
    }

    /** The same factory, of agents that fail; the {@code number}-th of {@code agents}. */
    public static AgentFactory around(
            final AgentFactory factory,
            final int number,
            final int agents,
            final ChaosPlan plan,
            final ChaosEffects effects) {
        return new AgentFactory() {
            @Override
            public AgentDescriptor describe() {
                return factory.describe();
            }

            @Override
            public Agent create(final AgentContext context) {
                final String name = factory.describe().name();
                final Agent made =
                        new ChaosAgent(factory.create(context), name, context.shard(), number, agents, plan, effects);
                effects.made(name);
                return made;
            }
        };
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        final long event = task.correlationId();
        final long its = plan.block(event);
        if (its != block) {
            block = its;
            dueEvent = plan.event(its);
        }
        if (event == dueEvent) {
            strike(event);
        }
        agent.handle(task, ballot);
    }

    private void strike(final long event) {
        final ChaosKind kind = plan.kind(block);
        if (kind == ChaosKind.HANG) {
            return; // an isolated agent's
        }
        if (kind != ChaosKind.POISON && plan.agent(block, agents) != number) {
            return;
        }
        effects.strikes(kind, name, event, shard);
        switch (kind) {
            case KILL -> throw new AssertionError("chaos: " + name + " is killed at event " + event);
            case POISON -> throw new IllegalStateException("chaos: event " + event + " is poison");
            case SHARD_HANG -> effects.hang(event);
            case ALLOCATE -> effects.allocate();
            case HANG -> {}
        }
    }

    @Override
    public long bid(final Task task) {
        return agent.bid(task);
    }

    @Override
    public void requestBid(final Task task, final BidRequest request) {
        agent.requestBid(task, request);
    }

    @Override
    public VariableVote vote(final VariableProposal proposal) {
        return agent.vote(proposal);
    }

    @Override
    public void onAnswer(final Answer answer) {
        agent.onAnswer(answer);
    }

    @Override
    public void learn(final Feedback feedback) {
        agent.learn(feedback);
    }

    @Override
    public void onMessage(final AgentMessage message) {
        agent.onMessage(message);
    }

    @Override
    public void onTimer(final long timerId, final long timeNs) {
        agent.onTimer(timerId, timeNs);
    }

    @Override
    public void explain(final Task task, final Explanation explanation) {
        agent.explain(task, explanation);
    }
}
