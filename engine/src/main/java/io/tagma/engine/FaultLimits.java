package io.tagma.engine;

import io.tagma.engine.agent.FailureLimit;
import java.util.concurrent.TimeUnit;

/**
 * When an engine calls a shard stalled and an event poisonous, and how often what fails is made anew. Immutable. Each may be another at
 * each launch; of these {@code agentFailures} alone decides anything, so another one is journaled as an input of every shard.
 *
 * @param stallNs a duty cycle that has lasted longer is a stall, ns; 0: nobody watches
 * @param poisonFaults agents that must have failed on an event for it to become a dead letter, at least; an event that nobody was
 *     left to decide is one anyway; 0: dead letters are not kept
 * @param deadLetters most dead letters of one shard that are kept; those beyond are counted, and stay in the journal
 * @param agentFailures how often an agent may fail on one shard; one that fails more often is switched off there: not called any more
 *     until {@link Engine#agents()} is told to
 * @param shardRestarts how often within a minute a shard that failed is built anew from its journal, 0 to 1,000; beyond that it stops
 */
public record FaultLimits(
        long stallNs, int poisonFaults, int deadLetters, FailureLimit agentFailures, int shardRestarts) {
    /**
     * 50 ms, three agents, 65,536 letters, 1,000 failures of an agent within 10,000 inputs, three restarts of a shard a minute.
     *
     * <p>An agent is switched off unless told otherwise, since nobody may be there to see that it fails: each failure costs an exception,
     * a new instance and a fault in the journal, without end. The limit is so high that only an agent is meant that is broken, not
     * one that stumbles over some events: who sends those must make them a tenth of all that the shard takes.
     */
    public static final FaultLimits DEFAULT =
            new FaultLimits(TimeUnit.MILLISECONDS.toNanos(50), 3, 1 << 16, new FailureLimit(1_000, 10_000), 3);

    /** The shortest stall that can be told from what an operating system does to any thread, ns. */
    public static final long SHORTEST_STALL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Nothing is watched or kept, agents are made anew for ever, a shard that fails stops. */
    public static final FaultLimits NONE = new FaultLimits(0, 0, 0, FailureLimit.NONE, 0);

    private static final int MOST_RESTARTS = 1_000;

    /** Rejects what cannot be meant. */
    public FaultLimits {
        if (stallNs != 0 && stallNs < SHORTEST_STALL_NS) {
            throw new EngineException("tagma.faults.stallNs must be 0, which watches nothing, or at least "
                    + SHORTEST_STALL_NS + ": " + stallNs);
        }
        if (poisonFaults < 0) {
            throw new EngineException("tagma.faults.poisonFaults must be 0 or more: " + poisonFaults);
        }
        if (deadLetters < 0) {
            throw new EngineException("tagma.faults.deadLetters must be 0 or more: " + deadLetters);
        }
        ShardLimits.range("faults.shardRestarts", shardRestarts, 0, MOST_RESTARTS);
    }

    /** The same with another limit for a duty cycle. */
    public FaultLimits stallNs(final long value) {
        return new FaultLimits(value, poisonFaults, deadLetters, agentFailures, shardRestarts);
    }

    /** The same with another number of faults for a dead letter. */
    public FaultLimits poisonFaults(final int value) {
        return new FaultLimits(stallNs, value, deadLetters, agentFailures, shardRestarts);
    }

    /** The same with room for so many dead letters. */
    public FaultLimits deadLetters(final int value) {
        return new FaultLimits(stallNs, poisonFaults, value, agentFailures, shardRestarts);
    }

    /**
     * The same with another limit for an agent's failures.
     *
     * @param most failures that are let pass, 1 to {@link FailureLimit#GREATEST}, or 0 for all
     * @param inputs of the shard within which they are counted, at least 2, or 0 with {@code most}
     */
    public FaultLimits agentFailures(final int most, final int inputs) {
        return new FaultLimits(stallNs, poisonFaults, deadLetters, limit(most, inputs), shardRestarts);
    }

    private static FailureLimit limit(final int most, final int inputs) {
        try {
            return new FailureLimit(most, inputs);
        } catch (final IllegalArgumentException unusable) {
            throw new EngineException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /** The same with another number of restarts of a shard within a minute. */
    public FaultLimits shardRestarts(final int value) {
        return new FaultLimits(stallNs, poisonFaults, deadLetters, agentFailures, value);
    }

    /** Whether dead letters are kept. */
    public boolean keepsLetters() {
        return poisonFaults > 0 && deadLetters > 0;
    }
}
