package io.tagma.tools.eval;

import io.tagma.engine.market.LearnedAssignment;

/** The policies that are compared; each for one trace. Stateless. */
final class AssignmentPolicies {
    private static final int CAPACITY = 1 << 14;
    private static final long FIRST_NS = 1_000_000;

    private AssignmentPolicies() {}

    /** Fewest tasks, the lower number on a tie. */
    static AssignmentTrace.Policy leastLoaded() {
        return new Counting();
    }

    /** Earliest expected completion, learnt online. */
    static AssignmentTrace.Policy learned() {
        return new Learning();
    }

    /** Earliest completion by one who knows how long each task will take: what learning cannot beat by foresight. */
    static AssignmentTrace.Policy clairvoyant() {
        return new Knowing();
    }

    private static final class Counting implements AssignmentTrace.Policy {
        private final int[] tasks = new int[AssignmentTrace.AGENTS];

        @Override
        public int assign(final float[] x, final int offset, final long nowNs, final double[] trueNs) {
            int best = 0;
            for (int a = 1; a < tasks.length; a++) {
                best = tasks[a] < tasks[best] ? a : best;
            }
            tasks[best]++;
            return best;
        }

        @Override
        public void completed(
                final int agent, final float[] x, final int offset, final long serviceNs, final long nowNs) {
            tasks[agent]--;
        }
    }

    private static final class Learning implements AssignmentTrace.Policy {
        private final LearnedAssignment assignment =
                new LearnedAssignment(AssignmentTrace.AGENTS, AssignmentTrace.FEATURES, CAPACITY, FIRST_NS);

        @Override
        public int assign(final float[] x, final int offset, final long nowNs, final double[] trueNs) {
            return assignment.assign(x, offset, nowNs);
        }

        @Override
        public void completed(
                final int agent, final float[] x, final int offset, final long serviceNs, final long nowNs) {
            assignment.completed(agent, x, offset, serviceNs, nowNs);
        }
    }

    private static final class Knowing implements AssignmentTrace.Policy {
        private final double[] freeNs = new double[AssignmentTrace.AGENTS];

        @Override
        public int assign(final float[] x, final int offset, final long nowNs, final double[] trueNs) {
            int best = 0;
            for (int a = 0; a < freeNs.length; a++) {
                best = doneNs(a, nowNs, trueNs) < doneNs(best, nowNs, trueNs) ? a : best;
            }
            freeNs[best] = doneNs(best, nowNs, trueNs);
            return best;
        }

        private double doneNs(final int agent, final long nowNs, final double[] trueNs) {
            return Math.max(freeNs[agent], (double) nowNs) + trueNs[agent];
        }

        @Override
        public void completed(
                final int agent, final float[] x, final int offset, final long serviceNs, final long nowNs) {
            // it knew
        }
    }
}
