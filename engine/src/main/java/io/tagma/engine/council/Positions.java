package io.tagma.engine.council;

/**
 * What each voter of a negotiation wants: per attribute of an option an ideal and a stake, and how much it puts up with.
 * Used again and again without allocating. Owned by one thread.
 *
 * <p>A voter's <em>loss</em> by an option is the mean over attributes, weighed by its stakes, of the distance from its ideal:
 * {@code |x - ideal|} for an attribute on a scale, which runs from 0 to 1 so that losses compare; 0 or 1 for a category. So
 * preferences are separable and single-peaked per attribute, which is what makes the median of {@link Negotiation} sound.
 */
public final class Positions {
    private final int maxVoters;
    private final boolean[] categorical;
    private final float[] ideals;
    private final float[] stakes;
    private final float[] tolerances;
    private final double[] weights;
    private int voters;

    /**
     * Room for positions.
     *
     * @param maxVoters the most voters
     * @param categorical one entry an attribute: whether its values are categories, whole numbers from 0, or lie on a scale
     */
    public Positions(final int maxVoters, final boolean... categorical) {
        if (maxVoters < 1 || categorical.length < 1) {
            throw new IllegalArgumentException("a negotiation needs 1 voter and 1 attribute at least: " + maxVoters
                    + " and " + categorical.length);
        }
        this.maxVoters = maxVoters;
        this.categorical = categorical.clone();
        this.ideals = new float[maxVoters * categorical.length];
        this.stakes = new float[maxVoters * categorical.length];
        this.tolerances = new float[maxVoters];
        this.weights = new double[maxVoters];
    }

    /** Forgets all voters. */
    public void clear() {
        voters = 0;
    }

    /**
     * Adds a voter of weight 1; voters are numbered as they come.
     *
     * @param ideal one value an attribute: 0 to 1 on a scale, a whole number from 0 for a category
     * @param stake one an attribute, not negative, not all 0
     * @param tolerance the largest loss, 0 to 1, by which it still votes for a compromise
     * @return the voter's number
     */
    public int add(final float[] ideal, final float[] stake, final float tolerance) {
        if (voters == maxVoters) {
            throw new IllegalArgumentException("there is room for " + maxVoters + " voters");
        }
        if (!(tolerance >= 0f && tolerance <= 1f)) {
            throw new IllegalArgumentException("a voter's tolerance must be 0 to 1: " + tolerance);
        }
        check(ideal, 0);
        float sum = 0f;
        for (int k = 0; k < categorical.length; k++) {
            if (!(stake[k] >= 0f && stake[k] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("stake " + k + " must be finite and at least 0: " + stake[k]);
            }
            sum += stake[k];
        }
        if (!(sum > 0f && sum <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("a voter's stakes must have a finite sum above 0: " + sum);
        }
        for (int k = 0; k < categorical.length; k++) {
            ideals[voters * categorical.length + k] = ideal[k];
            stakes[voters * categorical.length + k] = stake[k] / sum;
        }
        tolerances[voters] = tolerance;
        weights[voters] = 1.0;
        return voters++;
    }

    /** Sets what a voter's ballot weighs where the rule asks for it, and its say in a compromise. */
    public void weigh(final int voter, final double weight) {
        if (!(weight >= 0.0 && weight <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("a voter's weight must be finite and at least 0: " + weight);
        }
        weights[voter] = weight;
    }

    /** Checks one option's attributes, which begin at {@code offset}. */
    void check(final float[] option, final int offset) {
        for (int k = 0; k < categorical.length; k++) {
            final float x = option[offset + k];
            final boolean fits = categorical[k] ? x >= 0f && x == Math.rint(x) && x <= 1 << 20 : x >= 0f && x <= 1f;
            if (!fits) {
                throw new IllegalArgumentException("attribute " + k + " must be "
                        + (categorical[k] ? "a category, a whole number from 0: " : "0 to 1, scaled: ") + x);
            }
        }
    }

    /** What voter {@code i} loses by the option at {@code offset}, in [0,1]. */
    public float loss(final int i, final float[] option, final int offset) {
        float loss = 0f;
        for (int k = 0; k < categorical.length; k++) {
            final float far = Math.abs(option[offset + k] - ideals[i * categorical.length + k]);
            loss = Math.fma(stakes[i * categorical.length + k], categorical[k] ? Math.min(far, 1f) : far, loss);
        }
        return loss;
    }

    /**
     * Writes the option that minimises the sum of losses, each voter's counted {@code says[i]} times: per attribute the
     * weighted median of ideals, the lower one of two, or for categories the one with the most weight, the lower of equals.
     */
    void compromise(final double[] says, final float[] target, final int offset) {
        for (int k = 0; k < categorical.length; k++) {
            target[offset + k] = categorical[k] ? mode(says, k) : median(says, k);
        }
    }

    // Voters are few: looking at all pairs needs no sorted copy.
    private float median(final double[] says, final int k) {
        float median = Float.MAX_VALUE;
        for (int i = 0; i < voters; i++) {
            final float x = ideal(i, k);
            double upTo = 0.0;
            double all = 0.0;
            for (int j = 0; j < voters; j++) {
                final double say = says[j] * stakes[j * categorical.length + k];
                all += say;
                upTo += ideal(j, k) <= x ? say : 0.0;
            }
            median = upTo >= all / 2 && x < median ? x : median;
        }
        return median;
    }

    private float mode(final double[] says, final int k) {
        float mode = Float.MAX_VALUE;
        double most = -1.0;
        for (int i = 0; i < voters; i++) {
            double weight = 0.0;
            for (int j = 0; j < voters; j++) {
                weight += ideal(j, k) == ideal(i, k) ? says[j] * stakes[j * categorical.length + k] : 0.0;
            }
            if (weight > most || (weight == most && ideal(i, k) < mode)) {
                mode = ideal(i, k);
                most = weight;
            }
        }
        return mode;
    }

    private float ideal(final int i, final int k) {
        return ideals[i * categorical.length + k];
    }

    /** How many voters there are. */
    public int voters() {
        return voters;
    }

    /** How many voters there is room for. */
    public int maxVoters() {
        return maxVoters;
    }

    /** How many attributes an option has. */
    public int attributes() {
        return categorical.length;
    }

    float tolerance(final int i) {
        return tolerances[i];
    }

    double weight(final int i) {
        return weights[i];
    }

    void says(final double[] target) {
        System.arraycopy(weights, 0, target, 0, voters);
    }
}
