package io.tagma.tools.eval;

import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.GramRange;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnlineModel;
import io.tagma.engine.model.TunedModels;
import io.tagma.engine.training.ElementaryEffects.Goal;
import io.tagma.engine.training.ElementaryEffects.Parameter;
import io.tagma.tools.fraud.FraudSensitivity;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Hyper-parameters of something that learns, and how good it is with them. Immutable; its goal is used by one thread.
 *
 * @param parameters with their ranges
 * @param goal percent, higher is better
 * @param quality what the goal is, in words
 * @param seeds what another seed changes, in words
 */
record SensitivityStudy(List<Parameter> parameters, Goal goal, String quality, String seeds) {
    private static final int RATE_PERCENT = 100;
    private static final double LEARNT_SHARE = 0.9;

    /** The team of card-fraud. */
    static SensitivityStudy ofFraud(final int payments) {
        return new SensitivityStudy(
                FraudSensitivity.parameters(),
                new FraudSensitivity(payments),
                "area under the ROC curve of " + payments + " payments, each scored before its outcome",
                "the simulated world");
    }

    /** A linear model over half-hours: {@code softmax-adagrad}, {@code ftrl-proximal} or {@code dynamic-logistic}. */
    static SensitivityStudy ofElectricity(final List<HalfHour> halfHours, final String model) {
        final List<Parameter> parameters = switch (model) {
            case "softmax-adagrad" ->
                List.of(real("rate", 0.01, 1, 0.1, true), real("start of squares", 1e-6, 100, 1e-4, true));
            case "ftrl-proximal" ->
                List.of(
                        real("rate", 0.01, 1, 0.1, true),
                        real("smoothing", 0.1, 100, 1, true),
                        real("L1", 0.01, 100, 0.5, true),
                        real("L2", 0.001, 100, 0.1, true));
            case "dynamic-logistic" ->
                List.of(real("memory", 100, 100_000, 2_000, true), real("prior variance", 1e-3, 10, 0.1, true));
            default ->
                throw new IllegalArgumentException(
                        "--model must be softmax-adagrad, ftrl-proximal or dynamic-logistic: " + model);
        };
        return new SensitivityStudy(
                parameters,
                (values, seed) -> accuracy(new ElectricityStream(halfHours), type(model, values), seed),
                "prequential accuracy of " + model + " over " + halfHours.size() + " half-hours",
                "which nine in ten half-hours are learnt");
    }

    private static ModelType type(final String model, final double[] v) {
        return switch (model) {
            case "softmax-adagrad" -> TunedModels.softmaxAdaGrad(v[0], v[1]);
            case "ftrl-proximal" -> TunedModels.ftrlProximal(v[0], v[1], v[2], v[3]);
            default -> TunedModels.dynamicLogistic(v[0], v[1]);
        };
    }

    private static double accuracy(final ElectricityStream stream, final ModelType type, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final OnlineModel model = type.create(stream.schema(), seed);
        final float[] features = new float[stream.schema().inputs().size()];
        final float[] probabilities = new float[stream.schema().classes().size()];
        int right = 0;
        while (stream.next(features)) {
            final int said = model.predict(features, probabilities);
            final int label = stream.label();
            right += said == label ? 1 : 0;
            if (random.nextDouble() < LEARNT_SHARE) {
                model.learn(features, label);
            }
        }
        return (double) RATE_PERCENT * right / stream.events();
    }

    /** The text classifier in one strict pass. */
    static SensitivityStudy ofTexts(final TextSet train, final List<TextSet.Item> eval, final Kernels kernels) {
        final IntentClassifierConfig standard = IntentClassifierConfig.of(train.classes());
        final List<Parameter> parameters = List.of(
                real("rate", 0.05, 5, standard.eta(), true),
                real("start of squares", 1e-6, 1e-1, standard.epsilon(), true),
                real("gradient floor", 0, 0.1, standard.gradientFloor(), false),
                whole("shortest run", 2, 4, GramRange.STANDARD.shortest()),
                whole("longest run", 4, 7, GramRange.STANDARD.longest()),
                whole("rehearsal", 0, 64, standard.rehearsalPerClass()),
                new Parameter(new VariableSpec.Flag("spelling", standard.correctSpelling()), false));
        return new SensitivityStudy(
                parameters,
                (values, seed) -> accuracy(train, eval, kernels, values, seed),
                "accuracy on " + eval.size() + " texts after one pass over "
                        + train.items().size(),
                "the order of the texts");
    }

    private static double accuracy(
            final TextSet train,
            final List<TextSet.Item> eval,
            final Kernels kernels,
            final double[] v,
            final long seed) {
        final IntentClassifierConfig standard = IntentClassifierConfig.of(train.classes());
        final IntentClassifierConfig config = new IntentClassifierConfig(
                standard.classes(),
                standard.outOfScopeClass(),
                standard.maxFeatures(),
                standard.maxTextBytes(),
                (float) v[0],
                (float) v[1],
                (float) v[2],
                standard.priorWeight(),
                standard.priorSmoothing(),
                (int) v[5],
                v[6] > 0,
                standard.courtesies());
        final IntentClassifier classifier =
                new AdaGradSoftmaxClassifier(config, kernels, new GramRange((int) v[3], (int) v[4]));
        for (final TextSet.Item item : train.shuffled(seed)) {
            classifier.learn(item.text(), 0, item.text().capacity(), item.label());
        }
        int right = 0;
        for (final TextSet.Item item : eval) {
            right += classifier.classify(item.text(), 0, item.text().capacity()) == item.label() ? 1 : 0;
        }
        return (double) RATE_PERCENT * right / eval.size();
    }

    private static Parameter real(
            final String name, final double low, final double high, final double first, final boolean logarithmic) {
        return new Parameter(new VariableSpec.Real(name, "", low, high, first), logarithmic);
    }

    private static Parameter whole(final String name, final long low, final long high, final long first) {
        return new Parameter(new VariableSpec.Whole(name, "", low, high, first), false);
    }
}
