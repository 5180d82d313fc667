package io.tagma.tools.fraud;

import io.tagma.engine.translate.DataTransforms;
import io.tagma.engine.translate.DistributionCheck;
import io.tagma.engine.translate.DistributionCheck.Swap;
import io.tagma.engine.translate.LinearMap;
import io.tagma.engine.translate.ProfileSchema;
import io.tagma.engine.translate.ProfileTranslator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    private final List<Swap> swaps;

    /**
     * Makes both translators.
     *
     * @param learnt whether what has no way is estimated by maps from the examples; else it is neutral
     */
    RowRoundTrip(
            final RowTemplate template,
            final boolean card,
            final List<float[]> rows,
            final List<float[]> others,
            final boolean learnt) {
        this.card = card;
        final ProfileSchema own = RowTemplate.own(card);
        target = template.schema(card);
        final DataTransforms transforms = new DataTransforms(RowTemplate.transforms());
        final float[][] from = rows.toArray(float[][]::new);
        final float[][] to = new float[from.length][];
        for (int i = 0; i < to.length; i++) {
            to[i] = template.row(card, from[i], others.get(i));
        }
        there = new ProfileTranslator(own, target, transforms, learnt ? LinearMap.ridge(from, to, LAMBDA) : null);
        back = new ProfileTranslator(target, own, transforms, learnt ? LinearMap.ridge(to, from, LAMBDA) : null);
        sure = ones(own.size());
        sureThere = ones(target.size());
        final float[][] translated = new float[from.length][];
        for (int i = 0; i < translated.length; i++) {
            translated[i] = there.translate(from[i], sure).values();
        }
        distances = DistributionCheck.distances(translated, to);
        swaps = DistributionCheck.swaps(target, translated, to);
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

    /** Features whose distribution is not the target's own, with the distance. */
    List<String> far() {
        final List<String> far = new ArrayList<>();
        for (int i = 0; i < distances.length; i++) {
            if (distances[i] > DistributionCheck.FAR) {
                far.add(target.features().get(i).name());
            }
        }
        return far;
    }

    /** The largest distance of a feature's distributions. */
    double farthest() {
        return Arrays.stream(distances).max().orElse(0);
    }

    /** Pairs that took each other's place. */
    List<Swap> swaps() {
        return swaps;
    }
}
