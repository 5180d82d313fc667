package io.tagma.tools.eval;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Tasks of heavy-tailed size that come at random times to agents each of which is good at something else: a simulation in which agents work
 * their tasks off one after the other. The same seed gives the same tasks, times and talents to every policy. Owned by one
 * thread.
 *
 * <p>A task has a kind, a size (Pareto, exponent {@value #TAIL}, cut at {@value #LARGEST} times the smallest) and a hint of its size that is
 * {@value #HINT_ERROR} off on the logarithm's scale (one standard deviation). The time that it takes is its size times what the agent
 * takes for that kind, times log-normal noise. Policies see kind and hint.
 */
final class AssignmentTrace {
    /** Features of a task: one for each kind, and the hint. */
    static final int FEATURES = AssignmentTrace.KINDS + 1;
    /** How many there are to choose from. */
    static final int AGENTS = 8;

    private static final int KINDS = 6;
    private static final double TAIL = 1.5;
    private static final double LARGEST = 1000;
    private static final double HINT_ERROR = 0.4;
    private static final double NOISE = 0.3;
    private static final double LOAD = 0.7;
    private static final double SMALLEST_NS = 100_000;

    private final long[] arrivalNs;
    private final double[] size;
    private final int[] kind;
    private final float[] x;
    private final double[] noise;
    private final double[][] slowness = new double[AGENTS][KINDS];

    /** Who gets a task. */
    interface Policy {
        /** The agent for a task; {@code trueNs} by agent is for a policy that knows what cannot be known. */
        int assign(float[] x, int offset, long nowNs, double[] trueNs);

        /** It is done. */
        void completed(int agent, float[] x, int offset, long serviceNs, long nowNs);
    }

    /**
     * A trace of so many tasks.
     *
     * @param spread standard deviation of the logarithm of what an agent takes for a kind; 0 where all are alike
     */
    AssignmentTrace(final long seed, final int tasks, final double spread) {
        final SplittableRandom random = new SplittableRandom(seed);
        double mean = 0;
        for (final double[] agent : slowness) {
            for (int k = 0; k < KINDS; k++) {
                agent[k] = Math.exp(spread * random.nextGaussian());
                mean += agent[k] / (AGENTS * KINDS);
            }
        }
        arrivalNs = new long[tasks];
        size = new double[tasks];
        kind = new int[tasks];
        x = new float[tasks * FEATURES];
        noise = new double[tasks * AGENTS];
        double work = 0;
        for (int i = 0; i < tasks; i++) {
            size[i] = SMALLEST_NS * Math.min(LARGEST, Math.pow(1 - random.nextDouble(), -1 / TAIL));
            kind[i] = random.nextInt(KINDS);
            x[i * FEATURES + kind[i]] = 1f;
            x[i * FEATURES + KINDS] = (float) (Math.log(size[i] / SMALLEST_NS) + HINT_ERROR * random.nextGaussian());
            for (int a = 0; a < AGENTS; a++) {
                noise[i * AGENTS + a] = Math.exp(NOISE * random.nextGaussian() - NOISE * NOISE / 2);
            }
            work += size[i] * mean;
        }
        // agents chosen without regard to talent would be busy for this share of the time
        final double gapNs = work / tasks / AGENTS / LOAD;
        double now = 0;
        for (int i = 0; i < tasks; i++) {
            now -= gapNs * Math.log(1 - random.nextDouble());
            arrivalNs[i] = (long) now;
        }
    }

    /** Runs the trace; returns by task the time from arrival to completion, ns. */
    long[] run(final Policy policy) {
        final long[] responseNs = new long[arrivalNs.length];
        final long[] freeNs = new long[AGENTS];
        final double[] trueNs = new double[AGENTS];
        final PriorityQueue<Done> work = new PriorityQueue<>();
        for (int i = 0; i < arrivalNs.length; i++) {
            tell(work, policy, arrivalNs[i]);
            for (int a = 0; a < AGENTS; a++) {
                trueNs[a] = Math.max(1, size[i] * slowness[a][kind[i]] * noise[i * AGENTS + a]);
            }
            final int agent = policy.assign(x, i * FEATURES, arrivalNs[i], trueNs);
            final long serviceNs = (long) trueNs[agent];
            freeNs[agent] = Math.max(freeNs[agent], arrivalNs[i]) + serviceNs;
            responseNs[i] = freeNs[agent] - arrivalNs[i];
            work.add(new Done(freeNs[agent], i, agent, serviceNs));
        }
        return responseNs;
    }

    private void tell(final PriorityQueue<Done> work, final Policy policy, final long nowNs) {
        Done next = work.peek();
        while (next != null && next.atNs() <= nowNs) {
            work.remove();
            policy.completed(next.agent(), x, next.task() * FEATURES, next.serviceNs(), next.atNs());
            next = work.peek();
        }
    }

    /** A completion. */
    private record Done(long atNs, int task, int agent, long serviceNs) implements Comparable<Done> {
        @Override
        public int compareTo(final Done other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Integer.compare(task, other.task);
        }
    }
}
