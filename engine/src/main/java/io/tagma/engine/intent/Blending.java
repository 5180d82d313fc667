package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;

/** What classifiers that have probabilities, not scores, do with them; stateless. */
final class Blending {
    private Blending() {}

    /** Bayes: probabilities times the subject's smoothed counts to the power of the prior's weight, scaled to sum to 1. */
    static void applyPrior(
            final Kernels kernels,
            final IntentClassifierConfig config,
            final IntentPrior prior,
            final float[] probabilities,
            final float[] counts) {
        final int classes = config.classes();
        for (int c = 0; c < classes; c++) {
            final float count = prior.count(c);
            counts[c] = (count > 0f ? count : 0f) + config.priorSmoothing();
            probabilities[c] = Math.max(probabilities[c], Float.MIN_NORMAL);
        }
        kernels.log(counts, classes);
        kernels.log(probabilities, classes);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = Math.fma(config.priorWeight(), counts[c], probabilities[c]);
        }
        kernels.softmax(probabilities, classes);
    }

    /** The likeliest class, the lowest of equals. */
    static int best(final float[] probabilities) {
        int best = 0;
        for (int c = 1; c < probabilities.length; c++) {
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return best;
    }
}
