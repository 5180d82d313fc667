package io.tagma.engine.training;

import java.util.Locale;

/**
 * What is done when a model's losses have drifted, and how much of it. Immutable; part of what a journal's replay must repeat.
 *
 * @param reaction what is done
 * @param rate what the learning rate is multiplied with while a reaction lasts, 1 to {@value #MOST_RATE}
 * @param duration examples that a reaction lasts, 1 or more
 * @param cooldown examples from the end of a reaction to the earliest next one, 0 or more
 * @param maxReactions reactions at most, 0 or more; alarms beyond are counted alone
 * @param keepEvery of {@link Reaction#FALLBACK}: examples between two stable versions, 1 or more
 */
public record DriftPolicy(Reaction reaction, float rate, int duration, int cooldown, int maxReactions, int keepEvery) {
    /** Most that a learning rate may be multiplied with. */
    public static final float MOST_RATE = 100f;

    /** What can be done. */
    public enum Reaction {
        /** Drift is watched for and counted. */
        NONE,
        /** Learn faster for a while. */
        ADAPT,
        /** Forget the steps' histories, keep the weights. */
        RESET,
        /** A copy that starts its steps anew learns beside the model, and takes its place once it is shown to be better. */
        CHALLENGER,
        /** Return to the last version from before the drift: against bad labels that went away again. */
        FALLBACK
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the values and what would do
     */
    public DriftPolicy {
        if (!(rate >= 1f && rate <= MOST_RATE) || duration < 1 || cooldown < 0 || maxReactions < 0 || keepEvery < 1) {
            throw new IllegalArgumentException("a drift policy has a rate of 1 to " + MOST_RATE
                    + ", lasts for 1 example or more, and then rests for 0 or more, e.g. 3, 2000, 1000, 8, 2000: "
                    + rate
                    + ", " + duration + ", " + cooldown + ", " + maxReactions + ", " + keepEvery);
        }
    }

    /** The settings that were measured, for a reaction. */
    public static DriftPolicy of(final Reaction reaction) {
        final float rate = reaction == Reaction.ADAPT ? 3f : 2f;
        return new DriftPolicy(reaction, rate, 2_000, 1_000, 8, 2_000);
    }

    /**
     * The settings that were measured, for a reaction by its name in lower case.
     *
     * @throws IllegalArgumentException when there is none of that name, with those that there are
     */
    public static DriftPolicy parse(final String name) {
        for (final Reaction reaction : Reaction.values()) {
            if (reaction.name().toLowerCase(Locale.ROOT).equals(name)) {
                return of(reaction);
            }
        }
        throw new IllegalArgumentException(
                "a reaction to drift is one of none, adapt, reset, challenger, fallback: '" + name + "'");
    }

    @Override
    public String toString() {
        return reaction.name().toLowerCase(Locale.ROOT);
    }
}
