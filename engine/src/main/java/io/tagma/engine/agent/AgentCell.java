package io.tagma.engine.agent;

import io.tagma.engine.observe.Counter;
import org.jspecify.annotations.Nullable;

/**
 * One agent on one shard, shielded: whatever it throws costs its task, is counted and leads to a new instance over the
 * same memory. Owned by the shard's thread.
 */
public final class AgentCell {
    /** The call went well. */
    public static final int OK = 0;

    /** The agent threw; {@link #lastFailure()} says what. */
    public static final int FAULT = -1;

    /** The agent threw instead of bidding; {@link #lastFailure()} says what. */
    public static final long FAILED_BID = Agent.DECLINE + 1;

    private final int agentId;
    private final AgentDescriptor descriptor;
    private final AgentFactory factory;
    private final AgentContext context;
    private @Nullable Agent agent;
    private @Nullable Throwable lastFailure;
    private final Counter handled = new Counter();
    private final Counter faults = new Counter();
    private final Counter restarts = new Counter();

    /** Makes the first instance; what that throws is the launcher's to see. */
    public AgentCell(
            final int agentId,
            final AgentDescriptor descriptor,
            final AgentFactory factory,
            final AgentContext context) {
        this.agentId = agentId;
        this.descriptor = descriptor;
        this.factory = factory;
        this.context = context;
        this.agent = factory.create(context);
    }

    /** Asks for a bid: 0 or more, {@link Agent#DECLINE}, or {@link #FAILED_BID}. */
    public long bid(final Task task) {
        final Agent current = agent;
        if (current == null) {
            restart(); // so that it may bid for the next
            return FAILED_BID;
        }
        try {
            final long bid = current.bid(task);
            return bid < 0 ? Agent.DECLINE : bid;
        } catch (final Throwable failure) {
            failed(failure);
            return FAILED_BID;
        }
    }

    /** Has the task handled; {@link #OK} or {@link #FAULT}. */
    public int handle(final Task task, final Ballot ballot) {
        ballot.reset();
        final Agent current = agent;
        if (current == null) {
            restart();
            return FAULT;
        }
        try {
            current.handle(task, ballot);
            handled.increment();
            return OK;
        } catch (final Throwable failure) {
            ballot.reset();
            return failed(failure);
        }
    }

    /** Has the agent learn; {@link #OK} or {@link #FAULT}. */
    public int learn(final Feedback feedback) {
        final Agent current = agent;
        if (current == null) {
            return FAULT;
        }
        try {
            current.learn(feedback);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Hands over a message; {@link #OK} or {@link #FAULT}. */
    public int onMessage(final AgentMessage message) {
        final Agent current = agent;
        if (current == null) {
            return FAULT;
        }
        try {
            current.onMessage(message);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Tells of a timer; {@link #OK} or {@link #FAULT}. */
    public int onTimer(final long timerId, final long timeNs) {
        final Agent current = agent;
        if (current == null) {
            return FAULT;
        }
        try {
            current.onTimer(timerId, timeNs);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Hands over an answer; {@link #OK} or {@link #FAULT}. */
    public int onAnswer(final Answer answer) {
        final Agent current = agent;
        if (current == null) {
            return FAULT;
        }
        try {
            current.onAnswer(answer);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Asks the agent what weighed how much; says nothing where it is down or throws, and leaves it as it is. */
    public void explain(final Task task, final Explanation explanation) {
        final Agent current = agent;
        if (current != null) {
            try {
                current.explain(task, explanation);
            } catch (final Throwable failure) {
                Supervision.rethrowIfFatal(failure); // an explanation is for people: nothing depends on it
            }
        }
    }

    private int failed(final Throwable failure) {
        Supervision.rethrowIfFatal(failure);
        lastFailure = failure;
        faults.increment();
        restart();
        return FAULT;
    }

    private void restart() {
        try {
            agent = factory.create(context);
            restarts.increment();
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            agent = null; // the factory is asked again at the next task
            lastFailure = failure;
        }
    }

    /** Makes the agent anew over the memory that its context has now; what that throws is the launcher's to see. */
    public void renew() {
        agent = factory.create(context);
    }

    /** Whether there is no instance, since its factory threw; racy, for observers. */
    public boolean isDown() {
        return agent == null;
    }

    /** Number of the agent in its engine. */
    public int agentId() {
        return agentId;
    }

    /** What it says of itself. */
    public AgentDescriptor descriptor() {
        return descriptor;
    }

    /** Tasks handled. */
    public long handled() {
        return handled.get();
    }

    /** Calls that threw. */
    public long faults() {
        return faults.get();
    }

    /** Instances made after the first. */
    public long restarts() {
        return restarts.get();
    }

    /** What was thrown last, or null. */
    public @Nullable Throwable lastFailure() {
        return lastFailure;
    }
}
