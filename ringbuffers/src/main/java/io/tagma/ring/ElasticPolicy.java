package io.tagma.ring;

import java.util.Arrays;

/**
 * Which agent should run on which thread, and how many threads there should be, from how long each agent was busy. A pure function of
 * what it was shown: no clock, no thread. Owned by whoever shows it samples.
 *
 * <p>A move comes before a new thread: what two threads can share out does not need a third. Of two threads the busiest gives the agent
 * away that leaves the busier of both with least. After every change all waits begin anew, since the shares that led to it are history.
 */
public final class ElasticPolicy {
    /** Weight of the newest sample in an agent's load: what is four samples old counts for a sixteenth. */
    private static final double NEWEST = 0.5;

    private static final long NOT = Long.MIN_VALUE;

    /** What a sample led to. */
    public enum Change {
        /** Nothing. */
        NONE,
        /** One agent runs on another thread. */
        MOVED,
        /** One thread more, and agents on it. */
        GREW,
        /** One thread less. */
        SHRANK
    }

    private final ElasticConfig.Terms terms;
    private final int[] threadOf;
    private final long[] busyNs;
    private final double[] loads;
    private final double[] shares;
    private final double[] threadLoads;
    private int threads;
    private boolean sampled;
    private long sampleNs;
    private long hotSinceNs = NOT;
    private long unevenSinceNs = NOT;
    private long roomySinceNs = NOT;
    private int bestAgent;
    private int bestTo;

    /**
     * Deals the agents out in turns to the least number of threads.
     *
     * @param terms  when what changes.
     * @param agents how many there are, at least 1.
     */
    public ElasticPolicy(final ElasticConfig.Terms terms, final int agents) {
        if (agents < 1) {
            throw new IllegalArgumentException("an elastic pool needs at least one agent: " + agents);
        }
        this.terms = terms;
        this.threads = Math.min(terms.minThreads(), agents);
        this.threadOf = new int[agents];
        this.busyNs = new long[agents];
        this.loads = new double[agents];
        final int most = Math.min(terms.maxThreads(), agents);
        this.shares = new double[most];
        this.threadLoads = new double[most];
        for (int agent = 0; agent < agents; agent++) {
            threadOf[agent] = agent % threads;
        }
    }

    /**
     * Takes a sample.
     *
     * @param nowNs when.
     * @param totalBusyNs how long each agent was busy since it was made; as of now.
     * @return what follows; {@link #threads()} and {@link #threadOf(int)} say it already.
     */
    public Change sample(final long nowNs, final long[] totalBusyNs) {
        if (!sampled) {
            System.arraycopy(totalBusyNs, 0, busyNs, 0, busyNs.length);
            sampled = true;
            sampleNs = nowNs;
            return Change.NONE;
        }
        if (nowNs <= sampleNs) {
            return Change.NONE;
        }
        final long fromNs = sampleNs;
        measure(nowNs, totalBusyNs);
        final boolean hot = max(shares) >= terms.growAt() && canShare();
        hotSinceNs = since(hot, hotSinceNs, fromNs);
        unevenSinceNs = since(findMove() >= terms.balanceGain(), unevenSinceNs, fromNs);
        roomySinceNs = since(fitsOneLess(), roomySinceNs, fromNs);
        final Change change = change(nowNs);
        if (change != Change.NONE) {
            hotSinceNs = NOT;
            unevenSinceNs = NOT;
            roomySinceNs = NOT;
        }
        return change;
    }

    private Change change(final long nowNs) {
        if (lasted(unevenSinceNs, nowNs, terms.balanceAfterNs())) {
            threadOf[bestAgent] = bestTo;
            return Change.MOVED;
        }
        if (unevenSinceNs == NOT && threads < shares.length && lasted(hotSinceNs, nowNs, terms.growAfterNs())) {
            grow();
            return Change.GREW;
        }
        if (lasted(roomySinceNs, nowNs, terms.shrinkAfterNs())) {
            shrink(threadOf);
            threads--;
            return Change.SHRANK;
        }
        return Change.NONE;
    }

    /** A condition that a sample shows has held since the sample before: that is the time it speaks of. */
    private static long since(final boolean holds, final long before, final long fromNs) {
        if (!holds) {
            return NOT;
        }
        return before == NOT ? fromNs : before;
    }

    private static boolean lasted(final long sinceNs, final long nowNs, final long forNs) {
        return sinceNs != NOT && nowNs - sinceNs >= forNs;
    }

    private void measure(final long nowNs, final long[] totalBusyNs) {
        final double spanNs = nowNs - sampleNs;
        Arrays.fill(shares, 0);
        for (int agent = 0; agent < loads.length; agent++) {
            // A duty cycle counts when it ends, so one that began before the span may bring more than the span holds.
            final double share = Math.min(1, (totalBusyNs[agent] - busyNs[agent]) / spanNs);
            busyNs[agent] = totalBusyNs[agent];
            loads[agent] += NEWEST * (share - loads[agent]);
            shares[threadOf[agent]] += share;
        }
        sampleNs = nowNs;
    }

    /** Whether the busiest thread has an agent to give away. */
    private boolean canShare() {
        int busiest = 0;
        for (int thread = 1; thread < threads; thread++) {
            busiest = shares[thread] > shares[busiest] ? thread : busiest;
        }
        return agentsOf(busiest) > 1;
    }

    private int agentsOf(final int thread) {
        int count = 0;
        for (final int runsOn : threadOf) {
            count += runsOn == thread ? 1 : 0;
        }
        return count;
    }

    /** The best move of one agent from the thread with most to that with least; by how much it brings the first down. */
    private double findMove() {
        loadOf(threadOf, threads);
        int busiest = 0;
        int idlest = 0;
        for (int thread = 1; thread < threads; thread++) {
            busiest = threadLoads[thread] > threadLoads[busiest] ? thread : busiest;
            idlest = threadLoads[thread] < threadLoads[idlest] ? thread : idlest;
        }
        return findMove(threadOf, busiest, idlest);
    }

    private double findMove(final int[] runsOn, final int from, final int to) {
        double least = threadLoads[from];
        bestAgent = -1;
        for (int agent = 0; agent < loads.length; agent++) {
            if (runsOn[agent] != from) {
                continue;
            }
            final double then = Math.max(threadLoads[from] - loads[agent], threadLoads[to] + loads[agent]);
            if (then < least) {
                least = then;
                bestAgent = agent;
                bestTo = to;
            }
        }
        return threadLoads[from] - least;
    }

    /** The new thread takes agents from the busiest as long as that brings it down. */
    private void grow() {
        final int added = threads++;
        for (int moves = 0; moves < loads.length; moves++) {
            loadOf(threadOf, threads);
            int busiest = 0;
            for (int thread = 1; thread < threads; thread++) {
                busiest = threadLoads[thread] > threadLoads[busiest] ? thread : busiest;
            }
            if (busiest == added || findMove(threadOf, busiest, added) < terms.balanceGain() || bestAgent < 0) {
                break;
            }
            threadOf[bestAgent] = added;
        }
    }

    private boolean fitsOneLess() {
        if (threads <= Math.min(terms.minThreads(), loads.length)) {
            return false;
        }
        final int[] then = threadOf.clone();
        shrink(then);
        loadOf(then, threads - 1);
        for (int thread = 0; thread < threads - 1; thread++) {
            if (threadLoads[thread] > terms.shrinkTo()) {
                return false;
            }
        }
        return true;
    }

    /** The agents of the last thread go to whichever of the others has least by then. */
    private void shrink(final int[] runsOn) {
        final int last = threads - 1;
        loadOf(runsOn, threads);
        for (int agent = 0; agent < loads.length; agent++) {
            if (runsOn[agent] == last) {
                int idlest = 0;
                for (int thread = 1; thread < last; thread++) {
                    idlest = threadLoads[thread] < threadLoads[idlest] ? thread : idlest;
                }
                runsOn[agent] = idlest;
                threadLoads[idlest] += loads[agent];
            }
        }
    }

    private void loadOf(final int[] runsOn, final int count) {
        Arrays.fill(threadLoads, 0, count, 0);
        for (int agent = 0; agent < loads.length; agent++) {
            threadLoads[runsOn[agent]] += loads[agent];
        }
    }

    private double max(final double[] values) {
        double most = 0;
        for (int thread = 0; thread < threads; thread++) {
            most = Math.max(most, values[thread]);
        }
        return most;
    }

    /** Has an agent run elsewhere for reasons of the caller's own. */
    void place(final int agent, final int thread) {
        threadOf[agent] = thread;
        hotSinceNs = NOT;
        unevenSinceNs = NOT;
        roomySinceNs = NOT;
    }

    /** How many threads there should be. */
    public int threads() {
        return threads;
    }

    /** Most threads there can be: no more than agents. */
    public int maxThreads() {
        return shares.length;
    }

    /** The thread that an agent should run on. */
    public int threadOf(final int agent) {
        return threadOf[agent];
    }

    /** What part of the time a thread was busy, by the last sample; may be a little above 1 where a duty cycle ended in it. */
    public double share(final int thread) {
        return shares[thread];
    }
}
