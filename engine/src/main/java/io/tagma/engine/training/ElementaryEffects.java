package io.tagma.engine.training;

import io.tagma.engine.council.variable.VariableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How much each hyper-parameter matters to a model's quality, alone or together with others: the method of elementary effects (Morris, "Factorial sampling plans for
 * preliminary computational experiments", Technometrics 33, 1991) with the mean size of an effect (Campolongo, Cariboni and Saltelli,
 * 2007). Stateless; the same seed gives the same plan.
 *
 * <p>A <em>trajectory</em> begins at a random point of a grid of four levels a parameter and moves one parameter after the other, in random
 * order, by two thirds of its range (a flag or coarse whole number by what it can); what quality changes by, for the whole range, is that
 * parameter's effect there. A trajectory keeps its
 * seed, so that an effect is the parameter's and not the seed's. At its end the seed alone is changed: that is what a parameter that does
 * nothing would seem to do, and a parameter matters when the band of its mean size lies above the band of that one. Bands are percentiles of
 * the bootstrap (Efron, 1979), widened for few trajectories (Hesterberg, "What teachers should know about the bootstrap", 2015): effects that
 * are large in one half of the space and nothing in the other have no band of Student's.
 */
public final class ElementaryEffects {
    private static final int LEVELS = 4;
    private static final double STEP = LEVELS / (2.0 * (LEVELS - 1));
    private static final int LEAST = 2;
    private static final int MOST = 1000;

    private static final int RESAMPLES = 2000;

    /** Share of resamples on either side of a band of 95 %, by degrees of freedom from 1: the normal tail beyond sqrt(n / (n - 1)) t. */
    private static final double[] TAILS = {
        0.0000, 0.0000, 0.0001, 0.0010, 0.0024, 0.0041, 0.0057, 0.0072, 0.0086, 0.0097, 0.0108, 0.0117, 0.0125, 0.0132,
        0.0139, 0.0144, 0.0150, 0.0154, 0.0159, 0.0163, 0.0166, 0.0170, 0.0173, 0.0176, 0.0178, 0.0181, 0.0183, 0.0186,
        0.0188, 0.0190
    };

    private ElementaryEffects() {}

    /**
     * A hyper-parameter: a variable with a range.
     *
     * @param spec a real or whole number, or a flag
     * @param logarithmic whether its range is passed through by factors; its least value is above 0 then
     */
    public record Parameter(VariableSpec spec, boolean logarithmic) {
        /** Refuses what has no range. */
        public Parameter {
            final boolean ranged = spec instanceof VariableSpec.Real
                    || spec instanceof VariableSpec.Whole
                    || spec instanceof VariableSpec.Flag;
            if (!ranged || !(low(spec) < high(spec)) || (logarithmic && low(spec) <= 0)) {
                throw new IllegalArgumentException(spec.name()
                        + ": a hyper-parameter is a number or a flag whose range is not empty, and above 0 where it is"
                        + " logarithmic: " + spec);
            }
        }

        /** What it is called. */
        public String name() {
            return spec.name();
        }

        /** Its least value; 0 for a flag. */
        public double low() {
            return low(spec);
        }

        /** Its greatest value; 1 for a flag. */
        public double high() {
            return high(spec);
        }

        /** The value that it has unless somebody changes it; 0 or 1 for a flag. */
        public double first() {
            return switch (spec) {
                case VariableSpec.Real x -> x.first();
                case VariableSpec.Whole x -> x.first();
                case VariableSpec.Flag x -> x.first() ? 1 : 0;
                default -> throw new IllegalStateException(spec.name());
            };
        }

        /** The value at a share of its range, 0 to 1. */
        double at(final double share) {
            final double value =
                    logarithmic ? low() * Math.pow(high() / low(), share) : low() + share * (high() - low());
            return spec instanceof VariableSpec.Real ? Math.clamp(value, low(), high()) : Math.rint(value);
        }

        /** The share of its range at which a value lies, 0 to 1. */
        double share(final double value) {
            return logarithmic
                    ? Math.log(value / low()) / Math.log(high() / low())
                    : (value - low()) / (high() - low());
        }

        private static double low(final VariableSpec spec) {
            return spec instanceof VariableSpec.Real x ? x.min() : spec instanceof VariableSpec.Whole x ? x.min() : 0;
        }

        private static double high(final VariableSpec spec) {
            return spec instanceof VariableSpec.Real x ? x.max() : spec instanceof VariableSpec.Whole x ? x.max() : 1;
        }
    }

    /** What is to be high. */
    public interface Goal {
        /**
         * Quality with these values, in the parameters' order: finite, a function of both.
         *
         * @param seed of whatever is random
         */
        double quality(double[] values, long seed);
    }

    /**
     * What a parameter does to the quality when it goes through its whole range, the others being anywhere; bands of 95 %.
     *
     * @param name of the parameter
     * @param mean of the effects: above 0 where more is better
     * @param meanLow end of its band
     * @param meanHigh end of its band
     * @param size mean of the effects without their signs
     * @param sizeLow end of its band, 0 or more
     * @param sizeHigh end of its band
     * @param spread standard deviation of the effects: large beside {@code size} where the effect depends on other parameters or on where
     *     in its range the parameter is
     * @param matters whether {@code sizeLow} is above what another seed does
     */
    public record Effect(
            String name,
            double mean,
            double meanLow,
            double meanHigh,
            double size,
            double sizeLow,
            double sizeHigh,
            double spread,
            boolean matters) {}

    /**
     * What was found.
     *
     * @param effects by parameter, in their order
     * @param seed what another seed alone does: a parameter that nothing reads
     * @param evaluations of the goal
     * @param first mean quality with the values that the parameters have first
     * @param best the best quality seen
     * @param bestValues with which it was seen, on one seed: a hint, no choice
     */
    public record Result(
            List<Effect> effects, Effect seed, int evaluations, double first, double best, List<Double> bestValues) {}

    /**
     * Measures: {@code trajectories * (parameters + 3)} evaluations of the goal.
     *
     * @param trajectories 2 to 1,000; 10 tell what matters from what does not
     * @throws IllegalArgumentException what the goal refuses, with the values
     * @throws IllegalStateException when the goal is not finite, with the values
     */
    public static Result measure(
            final List<Parameter> parameters, final int trajectories, final long seed, final Goal goal) {
        if (parameters.isEmpty() || trajectories < LEAST || trajectories > MOST) {
            throw new IllegalArgumentException("there are parameters, and " + LEAST + " to " + MOST + " trajectories: "
                    + parameters.size() + ", " + trajectories);
        }
        final Walk walk = new Walk(parameters, goal, trajectories);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < trajectories; i++) {
            walk.go(random, random.nextLong(), random.nextLong(), i);
        }
        return walk.result();
    }

    /** The trajectories so far. */
    private static final class Walk {
        private final List<Parameter> parameters;
        private final Goal goal;
        private final double[][] effects;
        private final double[] best;
        private double bestQuality = Double.NEGATIVE_INFINITY;
        private double first;
        private int evaluations;

        Walk(final List<Parameter> parameters, final Goal goal, final int trajectories) {
            this.parameters = parameters;
            this.goal = goal;
            effects = new double[parameters.size() + 1][trajectories];
            best = new double[parameters.size()];
        }

        void go(final SplittableRandom random, final long seed, final long otherSeed, final int trajectory) {
            final int count = parameters.size();
            final double[] shares = new double[count];
            final double[] steps = new double[count];
            final int[] order = new int[count];
            for (int p = 0; p < count; p++) {
                final double low = random.nextInt(LEVELS / 2) / (LEVELS - 1.0);
                final boolean up = random.nextBoolean();
                shares[p] = up ? low : low + STEP;
                steps[p] = up ? STEP : -STEP;
                final int at = random.nextInt(p + 1);
                order[p] = order[at];
                order[at] = p;
            }
            double before = quality(shares, seed);
            for (final int p : order) {
                final Parameter moved = parameters.get(p);
                final double from = value(moved, shares[p]);
                shares[p] += steps[p];
                final double after = quality(shares, seed);
                // The share really moved, never 0: two thirds of a range of whole numbers part any two roundings.
                effects[p][trajectory] = (after - before) / (moved.share(value(moved, shares[p])) - moved.share(from));
                before = after;
            }
            effects[count][trajectory] = (quality(shares, otherSeed) - before) / STEP;
            first +=
                    evaluate(parameters.stream().mapToDouble(Parameter::first).toArray(), seed) / effects[count].length;
        }

        private double quality(final double[] shares, final long seed) {
            final double[] values = new double[shares.length];
            for (int p = 0; p < values.length; p++) {
                values[p] = value(parameters.get(p), shares[p]);
            }
            return evaluate(values, seed);
        }

        private static double value(final Parameter parameter, final double share) {
            return parameter.at(Math.clamp(share, 0.0, 1.0));
        }

        private double evaluate(final double[] values, final long seed) {
            final double quality;
            try {
                quality = goal.quality(values.clone(), seed);
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        e.getMessage() + ", with " + Arrays.toString(values) + "; narrow the ranges", e);
            }
            evaluations++;
            if (!Double.isFinite(quality)) {
                throw new IllegalStateException(
                        "the quality is " + quality + " with " + Arrays.toString(values) + "; narrow the ranges");
            }
            if (quality > bestQuality) {
                bestQuality = quality;
                System.arraycopy(values, 0, best, 0, values.length);
            }
            return quality;
        }

        Result result() {
            final Effect noise = effect("another seed", effects[parameters.size()], Double.POSITIVE_INFINITY);
            final List<Effect> all = new ArrayList<>();
            for (int p = 0; p < parameters.size(); p++) {
                all.add(effect(parameters.get(p).name(), effects[p], noise.sizeHigh()));
            }
            return new Result(
                    List.copyOf(all),
                    noise,
                    evaluations,
                    first,
                    bestQuality,
                    Arrays.stream(best).boxed().toList());
        }
    }

    private static Effect effect(final String name, final double[] effects, final double noise) {
        final double[] sizes = Arrays.stream(effects).map(Math::abs).toArray();
        final double mean = mean(effects);
        final double[] meanBand = band(effects);
        final double[] sizeBand = band(sizes);
        return new Effect(
                name,
                mean,
                meanBand[0],
                meanBand[1],
                mean(sizes),
                sizeBand[0],
                sizeBand[1],
                deviation(effects, mean),
                sizeBand[0] > noise);
    }

    private static double mean(final double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double deviation(final double[] values, final double mean) {
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1));
    }

    /** The band of 95 % of the mean; the same values give the same band. */
    private static double[] band(final double[] values) {
        final SplittableRandom random = new SplittableRandom(values.length);
        final double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int j = 0; j < values.length; j++) {
                means[i] += values[random.nextInt(values.length)] / values.length;
            }
        }
        Arrays.sort(means);
        final int beyond = (int) (TAILS[Math.min(values.length - 1, TAILS.length) - 1] * RESAMPLES);
        return new double[] {means[beyond], means[RESAMPLES - 1 - beyond]};
    }
}
