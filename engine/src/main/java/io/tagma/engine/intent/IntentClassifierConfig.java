package io.tagma.engine.intent;

/**
 * How a classifier is set up; immutable, any thread. Part of what a journal's replay must repeat.
 *
 * @param classes intents, 1 to 4,096, an out-of-scope class included
 * @param outOfScopeClass the class whose examples are out of scope, or {@link #NO_CLASS}
 * @param maxFeatures distinct features at most, 1,024 to 2^26; a weight row of {@code 8 * classes} bytes and more for each that
 *     learns
 * @param maxTextBytes longer texts are cut, 16 to 16,384
 * @param eta learning rate, above 0
 * @param epsilon what AdaGrad's accumulators start from, above 0
 * @param gradientFloor gradients of the scores below it are taken as zero, 0 to 1: 0.01 leaves 4 classes of 150 a step, and
 *     neither accuracy nor the out-of-scope score suffers
 * @param priorWeight how much the subject's past counts beside the text, 0 or more
 * @param priorSmoothing added to each of the subject's counts, above 0
 * @param rehearsalPerClass texts remembered per class and learnt again, one a step, whenever the stream repeats a label, as one
 *     sorted by label does; 0 to 1,024, 0 for none
 * @param correctSpelling whether an unknown word of a text to be classified is read as the most frequent known one that a single
 *     slip turns into it, as Damerau (1964) counts them
 * @param courtesies what is not read at either end of a text
 */
public record IntentClassifierConfig(
        int classes,
        int outOfScopeClass,
        int maxFeatures,
        int maxTextBytes,
        float eta,
        float epsilon,
        float gradientFloor,
        float priorWeight,
        float priorSmoothing,
        int rehearsalPerClass,
        boolean correctSpelling,
        Courtesies courtesies) {
    /** No class stands for out of scope. */
    public static final int NO_CLASS = -1;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the setting, the value and what would do
     */
    public IntentClassifierConfig {
        check(classes >= 1 && classes <= 4_096, "classes", classes, "1 to 4096");
        check(
                outOfScopeClass >= NO_CLASS && outOfScopeClass < classes,
                "outOfScopeClass",
                outOfScopeClass,
                "a class or -1");
        check(maxFeatures >= 1_024 && maxFeatures <= 1 << 26, "maxFeatures", maxFeatures, "1024 to 67108864");
        check(maxTextBytes >= 16 && maxTextBytes <= 16_384, "maxTextBytes", maxTextBytes, "16 to 16384");
        check(eta > 0f && eta < Float.POSITIVE_INFINITY, "eta", eta, "above 0, e.g. 0.5");
        check(epsilon > 0f && epsilon < Float.POSITIVE_INFINITY, "epsilon", epsilon, "above 0, e.g. 1e-4");
        check(gradientFloor >= 0f && gradientFloor <= 1f, "gradientFloor", gradientFloor, "0 to 1, e.g. 0.01");
        check(priorWeight >= 0f && priorWeight < Float.POSITIVE_INFINITY, "priorWeight", priorWeight, "0 or more");
        check(
                priorSmoothing > 0f && priorSmoothing < Float.POSITIVE_INFINITY,
                "priorSmoothing",
                priorSmoothing,
                "above 0");
        check(
                rehearsalPerClass >= 0 && rehearsalPerClass <= 1_024,
                "rehearsalPerClass",
                rehearsalPerClass,
                "0 to 1024");
    }

    /** The settings that were measured on CLINC150, for some number of classes without an out-of-scope class. */
    public static IntentClassifierConfig of(final int classes) {
        return new IntentClassifierConfig(
                classes, NO_CLASS, 1 << 17, 512, 0.5f, 1e-4f, 0.01f, 1f, 0.5f, 64, true, Courtesies.ENGLISH);
    }

    /** The same with one class standing for out of scope. */
    public IntentClassifierConfig withOutOfScopeClass(final int outOfScope) {
        return new IntentClassifierConfig(
                classes,
                outOfScope,
                maxFeatures,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                priorWeight,
                priorSmoothing,
                rehearsalPerClass,
                correctSpelling,
                courtesies);
    }

    /** The same with another bound of the feature table. */
    public IntentClassifierConfig withMaxFeatures(final int features) {
        return new IntentClassifierConfig(
                classes,
                outOfScopeClass,
                features,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                priorWeight,
                priorSmoothing,
                rehearsalPerClass,
                correctSpelling,
                courtesies);
    }

    /** The same with another influence of the subject's past. */
    public IntentClassifierConfig withPrior(final float weight, final float smoothing) {
        return new IntentClassifierConfig(
                classes,
                outOfScopeClass,
                maxFeatures,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                weight,
                smoothing,
                rehearsalPerClass,
                correctSpelling,
                courtesies);
    }

    /** The same with another memory for rehearsal. */
    public IntentClassifierConfig withRehearsal(final int textsPerClass) {
        return new IntentClassifierConfig(
                classes,
                outOfScopeClass,
                maxFeatures,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                priorWeight,
                priorSmoothing,
                textsPerClass,
                correctSpelling,
                courtesies);
    }

    /** The same with unknown words read as they stand, or not. */
    public IntentClassifierConfig withSpelling(final boolean correct) {
        return new IntentClassifierConfig(
                classes,
                outOfScopeClass,
                maxFeatures,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                priorWeight,
                priorSmoothing,
                rehearsalPerClass,
                correct,
                courtesies);
    }

    /** The same with other words that are not read, for texts in another language. */
    public IntentClassifierConfig withCourtesies(final Courtesies words) {
        return new IntentClassifierConfig(
                classes,
                outOfScopeClass,
                maxFeatures,
                maxTextBytes,
                eta,
                epsilon,
                gradientFloor,
                priorWeight,
                priorSmoothing,
                rehearsalPerClass,
                correctSpelling,
                words);
    }

    private static void check(final boolean holds, final String setting, final Number value, final String wanted) {
        if (!holds) {
            throw new IllegalArgumentException("tagma.intent." + setting + " must be " + wanted + ": " + value);
        }
    }
}
