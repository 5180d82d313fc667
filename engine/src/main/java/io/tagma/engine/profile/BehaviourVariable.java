package io.tagma.engine.profile;

/**
 * A number of a profile row that says how its subject behaves, and that people may bring back to neutral. Declared by the rule that keeps
 * the row. Immutable.
 *
 * @param name as people call it; unique among those of its kind of subjects
 * @param place index of the float in the row
 * @param neutral what the number is of a subject of which nothing is believed, finite
 * @param full how far from neutral the number is that is as pronounced as it gets: a step of a neutralisation is a tenth of it; above 0, finite
 */
public record BehaviourVariable(String name, int place, float neutral, float full) {
    /** Checks the ranges. */
    public BehaviourVariable {
        if (name.isBlank() || place < 0 || !Float.isFinite(neutral) || !Float.isFinite(full) || full <= 0) {
            throw new IllegalArgumentException(
                    "a behaviour variable has a name, a place from 0, a finite neutral value and a finite distance"
                            + " above 0: '"
                            + name + "', " + place + ", " + neutral + ", " + full);
        }
    }

    /** The number one step nearer to neutral: exactly neutral from where less than a step would be left. */
    public float neutralised(final float value) {
        return Math.fma(full, BehaviourVariables.nearer(pronounced(value)), neutral);
    }

    /** How pronounced a value is: 0 for neutral, 1 or -1 for as much as it gets. */
    public float pronounced(final float value) {
        return (value - neutral) / full;
    }

    /** Whether nothing is left to bring back. */
    public boolean isNeutral(final float value) {
        return value == neutral;
    }
}
