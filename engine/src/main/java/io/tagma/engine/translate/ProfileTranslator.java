package io.tagma.engine.translate;

import io.tagma.engine.translate.Adaptation.Way;
import io.tagma.engine.translate.ProfileSchema.Feature;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From one architecture's profiles to another's. A target feature that the source has, by name or alias, is taken over along the
 * way on which least is lost; one that it lacks is estimated by a learnt map where there is one, else neutral. Immutable.
 */
public final class ProfileTranslator {
    /** What the confidence of an approximated value is multiplied with. */
    public static final float APPROXIMATION = 0.7f;
    /** Least fidelity where a lossless translation is asked for. */
    public static final double LEAST_LOSSLESS = 0.7;

    private final ProfileSchema from;
    private final ProfileSchema to;
    private final @Nullable FeatureMap map;
    private final List<Adaptation> adaptations = new ArrayList<>();
    private final List<List<DataTransform>> paths = new ArrayList<>();

    /**
     * Finds a way for each feature.
     *
     * @param map from all source features to all target features, for those without a way; null without examples
     */
    public ProfileTranslator(
            final ProfileSchema from,
            final ProfileSchema to,
            final DataTransforms transforms,
            final @Nullable FeatureMap map) {
        this.from = from;
        this.to = to;
        this.map = map;
        for (final Feature feature : to.features()) {
            final int source = from.indexOf(feature);
            final List<DataTransform> path = source < 0
                    ? null
                    : transforms.path(from.features().get(source).kind(), feature.kind());
            if (path != null) {
                adaptations.add(new Adaptation(DataTransforms.loss(path) == 0 ? Way.DIRECT : Way.APPROXIMATE, source));
                paths.add(path);
            } else {
                adaptations.add(new Adaptation(map == null ? Way.NEUTRAL : Way.APPROXIMATE, -1));
                paths.add(List.of());
            }
        }
    }

    /** (direct + half of approximate) / all, 0 to 1. */
    public double fidelity() {
        double sum = 0;
        for (final Adaptation one : adaptations) {
            sum += one.way() == Way.DIRECT ? 1 : one.way() == Way.APPROXIMATE ? 0.5 : 0;
        }
        return sum / adaptations.size();
    }

    /**
     * The same, or an error where the translation is worse than one may call lossless.
     *
     * @throws IllegalArgumentException that names the features that are lost
     */
    public ProfileTranslator requireLossless() {
        if (fidelity() < LEAST_LOSSLESS) {
            final List<String> lost = new ArrayList<>();
            for (int i = 0; i < to.size(); i++) {
                if (adaptations.get(i).way() != Way.DIRECT) {
                    lost.add(to.features().get(i).name());
                }
            }
            throw new IllegalArgumentException("from '" + from.name() + "' to '" + to.name() + "' the fidelity is "
                    + fidelity() + ", below " + LEAST_LOSSLESS + ": " + String.join(", ", lost)
                    + (lost.size() == 1 ? " is" : " are") + " not taken over directly");
        }
        return this;
    }

    /** How each target feature gets its value. */
    public List<Adaptation> adaptations() {
        return List.copyOf(adaptations);
    }

    /** The transforms that a target feature's value goes through, in order. */
    public List<DataTransform> path(final int target) {
        return paths.get(target);
    }

    /**
     * Translates a profile.
     *
     * @param values by source feature, finite
     * @param confidence by source feature, 0 to 1
     */
    public TranslatedProfile translate(final float[] values, final float[] confidence) {
        if (values.length != from.size() || confidence.length != from.size()) {
            throw new IllegalArgumentException("a profile of '" + from.name() + "' has " + from.size() + " features: "
                    + values.length + " values and " + confidence.length + " confidences");
        }
        final float[] translated = new float[to.size()];
        final float[] trust = new float[to.size()];
        float mean = 0;
        for (final float one : confidence) {
            mean += one / confidence.length;
        }
        final FeatureMap estimate = map;
        for (int i = 0; i < translated.length; i++) {
            final Adaptation adaptation = adaptations.get(i);
            if (adaptation.source() >= 0) {
                float value = values[adaptation.source()];
                for (final DataTransform transform : paths.get(i)) {
                    value = transform.apply(value);
                }
                translated[i] = value;
                trust[i] = confidence[adaptation.source()] * (adaptation.way() == Way.DIRECT ? 1 : APPROXIMATION);
            } else if (estimate != null) {
                translated[i] = estimate.apply(values, i);
                trust[i] = mean * APPROXIMATION;
            }
        }
        return new TranslatedProfile(translated, trust);
    }
}
