package io.tagma.engine;

import java.util.concurrent.TimeUnit;

/**
 * When an engine calls a shard stalled and an event poisonous. Nothing that is decided depends on it, so it may be another at each
 * launch. Immutable.
 *
 * @param stallNs a duty cycle that has lasted longer is a stall, ns; 0: nobody watches
 * @param poisonFaults agents that must have failed on an event for it to become a dead letter, at least; an event that nobody was
 *     left to decide is one anyway; 0: dead letters are not kept
 * @param deadLetters most dead letters of one shard that are kept; those beyond are counted, and stay in the journal
 */
public record FaultLimits(long stallNs, int poisonFaults, int deadLetters) {
    /** 50 ms, three agents, 65,536 letters. */
    public static final FaultLimits DEFAULT = new FaultLimits(TimeUnit.MILLISECONDS.toNanos(50), 3, 1 << 16);

    /** The shortest stall that can be told from what an operating system does to any thread, ns. */
    public static final long SHORTEST_STALL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Nothing is watched or kept. */
    public static final FaultLimits NONE = new FaultLimits(0, 0, 0);

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
    }

    /** The same with another limit for a duty cycle. */
    public FaultLimits stallNs(final long value) {
        return new FaultLimits(value, poisonFaults, deadLetters);
    }

    /** The same with another number of faults for a dead letter. */
    public FaultLimits poisonFaults(final int value) {
        return new FaultLimits(stallNs, value, deadLetters);
    }

    /** The same with room for so many dead letters. */
    public FaultLimits deadLetters(final int value) {
        return new FaultLimits(stallNs, poisonFaults, value);
    }

    /** Whether dead letters are kept. */
    public boolean keepsLetters() {
        return poisonFaults > 0 && deadLetters > 0;
    }
}
