package io.tagma.engine.council.variable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Searches a good value of a real variable where trying one is dear and what it shows is noisy: many candidates get a small budget, the
 * better half of them twice as much, and so on until one is left (Karnin, Koren and Somekh, <em>Almost Optimal Exploration in Multi-Armed
 * Bandits</em>, ICML 2013; Jamieson and Talwalkar, AISTATS 2016). Every rung costs about the same. Candidates are drawn one from each of
 * equal parts of the range. The present value goes along to the last rung, so that the end is a comparison at one budget. A function of its
 * seed and of what the trials show; used by one thread.
 */
public final class SuccessiveHalving {
    private final VariableSpec.Real spec;
    private final int candidates;
    private final long firstBudget;
    private final long seed;

    /** Tries a value. */
    @FunctionalInterface
    public interface Goal {
        /**
         * How good a value is; greater is better. Trials of one rung are compared with each other, so they should differ in nothing but
         * the value.
         *
         * @param budget how much may be spent on it, e.g. events
         * @return NaN where the value is not allowed: it is out
         */
        double quality(double value, long budget);
    }

    /**
     * What the search came to.
     *
     * @param value the best candidate; the present value where none was better
     * @param quality its quality at the last rung's budget
     * @param presentQuality that of the present value
     * @param budget of the last rung
     * @param trials how many there were
     */
    public record Result(double value, double quality, double presentQuality, long budget, int trials) {
        /** Whether a change is worth proposing. */
        public boolean isBetter() {
            return quality > presentQuality;
        }
    }

    private record Trial(double value, double quality) {}

    /**
     * A search over a variable's range.
     *
     * @param candidates at the first rung, at least 2
     * @param firstBudget of each candidate there, at least 1
     * @throws IllegalArgumentException when one is out of range
     */
    public SuccessiveHalving(
            final VariableSpec.Real spec, final int candidates, final long firstBudget, final long seed) {
        if (candidates < 2 || candidates > 1 << 16 || firstBudget < 1) {
            throw new IllegalArgumentException("a search needs 2 to 65536 candidates and a budget of 1 at least: "
                    + candidates + " and " + firstBudget);
        }
        this.spec = spec;
        this.candidates = candidates;
        this.firstBudget = firstBudget;
        this.seed = seed;
    }

    /** Searches, from the value that the variable has now. */
    public Result run(final double present, final Goal goal) {
        List<Double> values = draw();
        long budget = firstBudget;
        int trials = 0;
        while (true) {
            final List<Trial> rung = new ArrayList<>();
            final double now = goal.quality(present, budget);
            for (final double value : values) {
                final double quality = goal.quality(value, budget);
                if (!Double.isNaN(quality)) {
                    rung.add(new Trial(value, quality));
                }
            }
            trials += values.size() + 1;
            rung.sort(Comparator.comparingDouble(Trial::quality).reversed()); // stable: of equals the first drawn
            if (rung.size() <= 1) {
                final Trial best = rung.isEmpty() ? new Trial(present, now) : rung.getFirst();
                return best.quality > now
                        ? new Result(best.value, best.quality, now, budget, trials)
                        : new Result(present, now, now, budget, trials);
            }
            values = rung.subList(0, (rung.size() + 1) / 2).stream()
                    .map(Trial::value)
                    .toList();
            budget *= 2;
        }
    }

    private List<Double> draw() {
        final SplittableRandom random = new SplittableRandom(seed);
        final double part = (spec.max() - spec.min()) / candidates;
        final List<Double> values = new ArrayList<>();
        for (int i = 0; i < candidates; i++) {
            values.add(Math.clamp(spec.min() + part * (i + random.nextDouble()), spec.min(), spec.max()));
        }
        return values;
    }
}
