package io.tagma.engine.market;

import java.util.Arrays;

/**
 * Assigns tasks to agents that work them off one after the other, by the earliest expected completion, and learns from each completion how
 * long an agent takes for a task. Owned by one thread; a function of its calls, bit for bit; allocates nothing once made.
 *
 * <p>The logarithm of a service time is a linear function of the task's features that all agents share, plus one of each agent's own
 * (a random-effects model; Gelman and Hill, 2007), both learnt by AdaGrad (Duchi, Hazan and Singer, 2011). Its expectation is that of a
 * log-normal time with the agent's own variance of residuals. Where a task has lasted longer than was expected, as much again
 * is expected: so it is for heavy tails, and it keeps others from waiting behind it.
 */
public final class LearnedAssignment {
    /** All agents have as many tasks waiting as they may. */
    public static final int FULL = -1;

    private static final double RATE = 0.3;
    private static final double OWN_RATE = 0.15;
    private static final double VARIANCE_RATE = 0.01;
    private static final double MOST_LOG = 60; // e^60 is longer than any clock
    private static final double MOST_RESIDUAL = 4;

    private final int agents;
    private final int features;
    private final int capacity;
    private final double[] shared;
    private final double[] sharedSquares;
    private final double[] own;
    private final double[] ownSquares;
    private final double[] variance;
    private final double[] expected;
    private final double[] queued;
    private final long[] startedNs;
    private final int[] head;
    private final int[] count;

    /**
     * An assignment that knows nothing: all agents alike.
     *
     * @param agents 1 to 65,536
     * @param features of a task, 1 to 1,024
     * @param capacity tasks that may be with an agent, the one in work among them, 1 to 65,536
     * @param firstNs guess of a service time before anything is known, greater than 0
     */
    public LearnedAssignment(final int agents, final int features, final int capacity, final long firstNs) {
        if (agents < 1
                || agents > 1 << 16
                || features < 1
                || features > 1024
                || capacity < 1
                || capacity > 1 << 16
                || firstNs <= 0) {
            throw new IllegalArgumentException(
                    "an assignment has 1 to 65536 agents, 1 to 1024 features, 1 to 65536 tasks"
                            + " an agent and a first guess above 0: " + agents + ", " + features + ", " + capacity
                            + ", "
                            + firstNs);
        }
        this.agents = agents;
        this.features = features;
        this.capacity = capacity;
        shared = new double[features + 1];
        sharedSquares = new double[features + 1];
        own = new double[agents * (features + 1)];
        ownSquares = new double[agents * (features + 1)];
        variance = new double[agents];
        expected = new double[agents * capacity];
        queued = new double[agents];
        startedNs = new long[agents];
        head = new int[agents];
        count = new int[agents];
        shared[features] = StrictMath.log((double) firstNs);
        Arrays.fill(sharedSquares, 1);
        Arrays.fill(ownSquares, 1);
    }

    /** Expected service time of a task with an agent, ns. */
    public double expectedNs(final int agent, final float[] x, final int offset) {
        return StrictMath.exp(Math.clamp(log(agent, x, offset) + variance[agent] / 2, 0, MOST_LOG));
    }

    private double log(final int agent, final float[] x, final int offset) {
        final int at = agent * (features + 1);
        double sum = shared[features] + own[at + features];
        for (int i = 0; i < features; i++) {
            sum = Math.fma(shared[i] + own[at + i], x[offset + i], sum);
        }
        return sum;
    }

    /** What is expected to be done before an agent could begin another task, ns. */
    public double backlogNs(final int agent, final long nowNs) {
        if (count[agent] == 0) {
            return 0;
        }
        final double first = expected[agent * capacity + head[agent]];
        final double lasted = Math.max(0, nowNs - startedNs[agent]);
        return Math.max(0, queued[agent] - first) + (lasted < first ? first - lasted : lasted);
    }

    /**
     * Gives a task to the agent that is expected to complete it first; the lower number on a tie.
     *
     * @param x features from {@code offset} on, finite
     * @return the agent, or {@link #FULL}
     */
    public int assign(final float[] x, final int offset, final long nowNs) {
        int best = FULL;
        double bestNs = Double.POSITIVE_INFINITY;
        double bestServiceNs = 0;
        for (int agent = 0; agent < agents; agent++) {
            if (count[agent] < capacity) {
                final double serviceNs = expectedNs(agent, x, offset);
                final double ns = backlogNs(agent, nowNs) + serviceNs;
                if (ns < bestNs || best == FULL) {
                    best = agent;
                    bestNs = ns;
                    bestServiceNs = serviceNs;
                }
            }
        }
        if (best != FULL) {
            if (count[best] == 0) {
                startedNs[best] = nowNs;
                queued[best] = 0;
            }
            expected[best * capacity + (head[best] + count[best]) % capacity] = bestServiceNs;
            queued[best] += bestServiceNs;
            count[best]++;
        }
        return best;
    }

    /**
     * An agent has completed the first of its tasks and begins the next.
     *
     * @param x features of the task that was completed
     * @param serviceNs how long it was in work, 1 or more
     * @throws IllegalStateException when the agent has no task
     */
    public void completed(final int agent, final float[] x, final int offset, final long serviceNs, final long nowNs) {
        if (count[agent] == 0) {
            throw new IllegalStateException("agent " + agent + " has no task to complete");
        }
        queued[agent] -= expected[agent * capacity + head[agent]];
        head[agent] = (head[agent] + 1) % capacity;
        count[agent]--;
        startedNs[agent] = nowNs;
        learn(agent, x, offset, Math.max(1, serviceNs));
    }

    private void learn(final int agent, final float[] x, final int offset, final long serviceNs) {
        final int at = agent * (features + 1);
        // one freak shall not throw over what is known
        final double residual =
                Math.clamp(StrictMath.log((double) serviceNs) - log(agent, x, offset), -MOST_RESIDUAL, MOST_RESIDUAL);
        variance[agent] = Math.fma(VARIANCE_RATE, residual * residual - variance[agent], variance[agent]);
        for (int i = 0; i <= features; i++) {
            final double gradient = i < features ? residual * x[offset + i] : residual;
            if (gradient != 0) {
                sharedSquares[i] = Math.fma(gradient, gradient, sharedSquares[i]);
                shared[i] += RATE * gradient / Math.sqrt(sharedSquares[i]);
                ownSquares[at + i] = Math.fma(gradient, gradient, ownSquares[at + i]);
                own[at + i] += OWN_RATE * gradient / Math.sqrt(ownSquares[at + i]);
            }
        }
    }

    /** Tasks with an agent, the one in work among them. */
    public int count(final int agent) {
        return count[agent];
    }
}
