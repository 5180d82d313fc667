package io.tagma.tools.fraud;

import io.tagma.engine.translate.DataTransforms;
import io.tagma.engine.translate.DistributionCheck;
import io.tagma.engine.translate.DistributionCheck.Swap;
import io.tagma.engine.translate.FeatureMap;
import io.tagma.engine.translate.ProfileSchema;
import io.tagma.engine.translate.ProfileTranslator;
import io.tagma.engine.translate.RatioMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One kind of rows to another architecture and back. Owned by one thread. */
final class RowRoundTrip {
    private static final double LAMBDA = 1e-6;
    private static final int BITS_FROM = 10; // four floats that are bits, behind a card's numbers

    private final boolean card;
    private final ProfileTranslator there;
    private final ProfileTranslator back;
    private final ProfileSchema target;
    private final ArrayRows window = new ArrayRows(1);
    private final float[] sure;
    private final float[] sureThere;
    private final double[] distances;
    private final double[] beyond;
    private final List<Swap> swaps;

    /**
     * Makes both translators.
     *
     * @param examples rows to learn from and to hold distributions against
     * @param learnt whether what has no way is estimated by maps from the examples; else it is neutral
     */
    RowRoundTrip(final RowTemplate template, final boolean card, final RowExamples examples, final boolean learnt) {
        this.card = card;
        final ProfileSchema own = RowTemplate.own(card);
        target = template.schema(card);
        final DataTransforms transforms = new DataTransforms(RowTemplate.transforms());
        final float[][] from = examples.rows(card).toArray(float[][]::new);
        final float[][] to = new float[from.length][];
        for (int i = 0; i < to.length; i++) {
            to[i] = template.row(card, from[i], examples.others(card).get(i));
        }
        final int[] numbers = IntStream.range(0, own.size())
                .filter(i -> !RowTemplate.isBits(card, i))
                .toArray();
        final ProfileTranslator plainThere = new ProfileTranslator(own, target, transforms, null);
        final ProfileTranslator plainBack = new ProfileTranslator(target, own, transforms, null);
        there = learnt
                ? new ProfileTranslator(
                        own, target, transforms, learn(plainThere, from, to, numbers, examples.weights()))
                : plainThere;
        back = learnt
                ? new ProfileTranslator(
                        target, own, transforms, learn(plainBack, to, from, template.numbers(card), examples.weights()))
                : plainBack;
        sure = ones(own.size());
        sureThere = ones(target.size());
        final float[][] translated = new float[from.length][];
        for (int i = 0; i < translated.length; i++) {
            translated[i] = there.translate(from[i], sure).values();
        }
        distances = DistributionCheck.distances(translated, to);
        beyond = DistributionCheck.distancesBeyond(translated, to);
        swaps = DistributionCheck.swaps(target, translated, to);
    }

    /** A map for what a translator has no way for; null where there is nothing of that sort. */
    private static @Nullable FeatureMap learn(
            final ProfileTranslator plain,
            final float[][] from,
            final float[][] to,
            final int[] inputs,
            final double[] weights) {
        final int[] targets = IntStream.range(0, to[0].length)
                .filter(i -> plain.adaptations().get(i).source() < 0)
                .toArray();
        return targets.length == 0 ? null : RatioMap.ridge(from, to, inputs, targets, weights, LAMBDA);
    }

    private static float[] ones(final int length) {
        final float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return ones;
    }

    /** The row there and back, in a window that the next call moves; what cannot be negative is not. */
    FloatRow roundTrip(final float[] row, final long updatedNs) {
        final float[] again =
                back.translate(there.translate(row, sure).values(), sureThere).values();
        for (int i = 0; i < again.length; i++) {
            window.set(i, card && i >= BITS_FROM ? again[i] : Math.max(0f, again[i]));
        }
        window.touched(updatedNs);
        return window;
    }

    /** The worse of both ways' fidelity. */
    double fidelity() {
        return Math.min(there.fidelity(), back.fidelity());
    }

    /** How far each feature's distribution is from the target's own. */
    List<FeatureDistance> features() {
        final List<FeatureDistance> features = new ArrayList<>();
        for (int i = 0; i < distances.length; i++) {
            features.add(new FeatureDistance(
                    card ? "card" : "terminal", target.features().get(i).name(), distances[i], beyond[i]));
        }
        return features;
    }

    /** Pairs that took each other's place. */
    List<Swap> swaps() {
        return swaps;
    }
}
