package io.tagma.engine.agent;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableVote;
import io.tagma.engine.observe.Counter;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.NanoClock;

/**
 * What one agent takes, estimated from a sample of its calls: time, and bytes allocated. Written by the shard's thread, read by any. The gaps
 * between two measured calls vary, so that no rhythm in an agent's calls escapes it.
 */
public final class AgentMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SEED = 0x9E3779B9;

    private final NanoClock clock;
    private final int every;
    private final Counter ns = new Counter();
    private final Counter bytes = new Counter();
    private final Counter samples = new Counter();
    private int random = SEED;
    private int left;
    private long beganNs;
    private long beganBytes;

    /**
     * A meter that has measured nothing.
     *
     * @param clock of the engine
     * @param every one call in so many is measured, on average
     */
    public AgentMeter(final NanoClock clock, final int every) {
        this.clock = clock;
        this.every = every;
    }

    /** An agent whose calls are measured; another for each instance, over the same counts. */
    Agent over(final Agent agent) {
        return new Metered(agent, this);
    }

    /** Has a factory's agents measured. */
    public AgentFactory over(final AgentFactory factory) {
        return AgentFactory.of(factory.describe(), context -> over(factory.create(context)));
    }

    /** Whether the call that begins is one of those that are measured. */
    private boolean begin() {
        if (--left >= 0) {
            return false;
        }
        if (every > 1) {
            random ^= random << 13; // xorshift32: Marsaglia 2003
            random ^= random >>> 17;
            random ^= random << 5;
            left = Integer.remainderUnsigned(random, 2 * every - 1); // every - 1 on average
        } else {
            left = 0;
        }
        beganBytes = THREADS.getCurrentThreadAllocatedBytes();
        beganNs = clock.nanoTime();
        return true;
    }

    private void end() {
        final long took = clock.nanoTime() - beganNs;
        ns.add(took * every);
        bytes.add((THREADS.getCurrentThreadAllocatedBytes() - beganBytes) * every);
        samples.increment();
    }

    /** Nanoseconds that its calls took, estimated. */
    public long ns() {
        return ns.get();
    }

    /** Bytes that its calls allocated, estimated. */
    public long bytes() {
        return bytes.get();
    }

    /** Calls that were measured. */
    public long samples() {
        return samples.get();
    }

    private record Metered(Agent agent, AgentMeter meter) implements Agent {
        @Override
        public long bid(final Task task) {
            if (!meter.begin()) {
                return agent.bid(task);
            }
            try {
                return agent.bid(task);
            } finally {
                meter.end();
            }
        }

        @Override
        public void requestBid(final Task task, final BidRequest request) {
            if (!meter.begin()) {
                agent.requestBid(task, request);
                return;
            }
            try {
                agent.requestBid(task, request);
            } finally {
                meter.end();
            }
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            if (!meter.begin()) {
                agent.handle(task, ballot);
                return;
            }
            try {
                agent.handle(task, ballot);
            } finally {
                meter.end();
            }
        }

        @Override
        public void learn(final Feedback feedback) {
            if (!meter.begin()) {
                agent.learn(feedback);
                return;
            }
            try {
                agent.learn(feedback);
            } finally {
                meter.end();
            }
        }

        @Override
        public void onMessage(final AgentMessage message) {
            if (!meter.begin()) {
                agent.onMessage(message);
                return;
            }
            try {
                agent.onMessage(message);
            } finally {
                meter.end();
            }
        }

        @Override
        public void onTimer(final long timerId, final long timeNs) {
            if (!meter.begin()) {
                agent.onTimer(timerId, timeNs);
                return;
            }
            try {
                agent.onTimer(timerId, timeNs);
            } finally {
                meter.end();
            }
        }

        @Override
        public VariableVote vote(final VariableProposal proposal) {
            return agent.vote(proposal); // rare
        }

        @Override
        public void onAnswer(final Answer answer) {
            if (!meter.begin()) {
                agent.onAnswer(answer);
                return;
            }
            try {
                agent.onAnswer(answer);
            } finally {
                meter.end();
            }
        }

        @Override
        public void explain(final Task task, final Explanation explanation) {
            agent.explain(task, explanation);
        }
    }
}
