package io.tagma.engine.agent;

import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableVote;
import io.tagma.engine.observe.Counter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    private static final VarHandle IN_CALL;

    static {
        try {
            IN_CALL = MethodHandles.lookup().findVarHandle(AgentCell.class, "inCall", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int agentId;
    private final AgentDescriptor descriptor;
    private final AgentFactory factory;
    private final AgentContext context;
    private @Nullable Agent agent;
    private @Nullable AgentHook hook;
    private @Nullable Throwable lastFailure;

    @SuppressWarnings("UnusedVariable") // read and written through IN_CALL
    private boolean inCall;

    private final Counter handled = new Counter();
    private final Counter faults = new Counter();
    private final Counter restarts = new Counter();
    private volatile boolean suspended;
    private volatile boolean off;

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
            inCall(true);
            final AgentHook around = hook;
            final long bid = around == null || isAbsent() ? current.bid(task) : around.bid(current, task);
            inCall(false);
            return bid < 0 ? Agent.DECLINE : bid;
        } catch (final Throwable failure) {
            failed(failure);
            return FAILED_BID;
        }
    }

    /** Asks how the agent will bid; {@link #OK} or {@link #FAULT}. */
    public int requestBid(final Task task, final BidRequest request) {
        final Agent current = agent;
        if (current == null) {
            restart(); // so that it may bid for the next
            return FAULT;
        }
        try {
            inCall(true);
            final AgentHook around = hook;
            if (around == null || isAbsent()) {
                current.requestBid(task, request);
            } else {
                around.requestBid(current, task, request);
            }
            inCall(false);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Has the task handled; {@link #OK} or {@link #FAULT}. */
    public int handle(final Task task, final Ballot ballot) {
        ballot.reset();
        final Agent current = agent;
        final AgentHook around = hook;
        if (around != null && (current == null || isAbsent())) {
            around.silent(); // nor does anybody else speak for it
        }
        if (current == null) {
            restart();
            return FAULT;
        }
        try {
            inCall(true);
            if (around == null || isAbsent()) {
                current.handle(task, ballot);
            } else {
                around.handle(current, task, ballot);
            }
            inCall(false);
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
            inCall(true);
            current.learn(feedback);
            final AgentHook around = hook;
            if (around != null && !isAbsent()) {
                around.learnt(feedback);
            }
            inCall(false);
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
            inCall(true);
            current.onMessage(message);
            inCall(false);
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
            inCall(true);
            current.onTimer(timerId, timeNs);
            inCall(false);
            return OK;
        } catch (final Throwable failure) {
            return failed(failure);
        }
    }

    /** Asks for a vote on a variable; an agent that is down or throws abstains. */
    public VariableVote vote(final VariableProposal proposal) {
        final Agent current = agent;
        if (current == null) {
            return VariableVote.ABSTAIN;
        }
        try {
            return current.vote(proposal);
        } catch (final Throwable failure) {
            failed(failure);
            return VariableVote.ABSTAIN;
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

    /** Puts something around the agent's calls, in place of what was there; null for nothing. */
    public void hook(final @Nullable AgentHook around) {
        hook = around;
    }

    /** Whether there is something around the agent's calls. */
    public boolean isHooked() {
        return hook != null;
    }

    /** What the agent itself said of the last task, where {@code cast} is what counted for the decision. */
    public float ownLogOdds(final float cast) {
        final AgentHook around = hook;
        return around == null ? cast : around.ownLogOdds();
    }

    /** Opaque: a watchdog sees it in time, and nothing else is ordered by it. */
    private void inCall(final boolean value) {
        IN_CALL.setOpaque(this, value);
    }

    /** Whether the agent's own code runs; any thread. */
    public boolean isInCall() {
        return (boolean) IN_CALL.getOpaque(this);
    }

    private int failed(final Throwable failure) {
        inCall(false);
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

    /** From now on nothing of the agent is called: it declines, abstains and hears nothing. Costs nothing while it does not happen. */
    public void suspend() {
        suspended = true;
        agent = new Absent();
    }

    /** Ends {@link #suspend}: the agent is made anew over its memory, unless it is switched off. */
    public void readmit() {
        suspended = false;
        if (!off) {
            restart();
        }
    }

    /** Whether it is on probation, and so not called at present; any thread. */
    public boolean isSuspended() {
        return suspended;
    }

    /** Whether it is not called at present, for whichever reason: neither itself nor its hook speaks for it; any thread. */
    public boolean isAbsent() {
        return suspended || off;
    }

    /** Like {@link #suspend}, since it failed too often; {@link #revive} ends it. */
    public void switchOff() {
        off = true;
        agent = new Absent();
    }

    /** Ends {@link #switchOff}: the agent is made anew over its memory, unless it is suspended. */
    public void revive() {
        off = false;
        if (!suspended) {
            restart();
        }
    }

    /** Whether it failed too often and is not called any more; any thread. */
    public boolean isOff() {
        return off;
    }

    /** In the place of an agent that is not called. */
    private final class Absent implements Agent {
        @Override
        public long bid(final Task task) {
            return DECLINE;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            handled.add(-1); // it abstains, and the cell counts a call that came back as a task handled
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
