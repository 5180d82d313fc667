package io.tagma.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.translate.Adaptation.Way;
import io.tagma.engine.translate.ProfileSchema.Feature;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways between kinds, fidelity, learnt maps, and a swapped pair that is named. */
class TranslationTest {
    private static final DataTransforms TRANSFORMS = new DataTransforms(List.of(
            new DataTransform("euros", "cents", 100, 0, 0),
            new DataTransform("cents", "millicents", 1000, 0, 0),
            new DataTransform("euros", "millicents", 99_000, 0, 0.2),
            new DataTransform("*", "flag", 0.5f, 0, 0.9),
            new DataTransform("eur*", "flag", 2, 0, 0.95)));

    private static Feature feature(final String name, final String kind, final String... aliases) {
        return new Feature(name, kind, List.of(aliases));
    }

    @Test
    void theWayOfLeastLossIsTakenAndTheMostSpecificTranslatorWins() {
        assertThat(TRANSFORMS.path("euros", "millicents"))
                .extracting(DataTransform::to)
                .containsExactly("cents", "millicents");
        assertThat(TRANSFORMS.path("euros", "flag"))
                .extracting(DataTransform::scale)
                .doesNotContain(2f);
        final DataTransforms two = new DataTransforms(
                List.of(new DataTransform("*", "flag", 0.5f, 0, 0.1), new DataTransform("eur*", "flag", 2, 0, 0.9)));
        assertThat(two.path("euros", "flag")).extracting(DataTransform::scale).containsExactly(2f);
        assertThat(two.path("flag", "euros")).isNull();
        assertThat(two.path("flag", "flag")).isEmpty();
    }

    @Test
    void fidelityCountsDirectWholeAndApproximateHalf() {
        final ProfileSchema a = new ProfileSchema(
                "a", List.of(feature("amount", "euros"), feature("night", "share"), feature("n", "x")));
        final ProfileSchema b = new ProfileSchema(
                "b",
                List.of(
                        feature("n", "x"),
                        feature("amt", "cents", "amount"),
                        feature("night", "flag"),
                        feature("new", "x")));
        final ProfileTranslator translator = new ProfileTranslator(a, b, TRANSFORMS, null);
        assertThat(translator.adaptations())
                .extracting(Adaptation::way)
                .containsExactly(Way.DIRECT, Way.DIRECT, Way.APPROXIMATE, Way.NEUTRAL);
        assertThat(translator.fidelity()).isEqualTo((2 + 0.5) / 4);
        final TranslatedProfile profile = translator.translate(new float[] {12.5f, 1, 7}, new float[] {0.9f, 0.5f, 1});
        assertThat(profile.values()).containsExactly(7, 1250, 0.5f, 0);
        assertThat(profile.confidence()).containsExactly(1, 0.9f, 0.35f, 0);
        assertThatThrownBy(translator::requireLossless)
                .hasMessageContaining("fidelity is 0.625, below 0.7: night, new are not taken over directly");
        assertThat(new ProfileTranslator(a, a, TRANSFORMS, null)
                        .requireLossless()
                        .fidelity())
                .isEqualTo(1);
    }

    /** What follows a mean, a sum by a count: ratios find it where sums and counts alone do not, and weights say for whom. */
    @Test
    void aMapThatKnowsRatiosFindsAMean() {
        final SplittableRandom random = new SplittableRandom(6);
        final float[][] from = new float[2000][3];
        final float[][] to = new float[2000][2];
        final double[] weights = new double[2000];
        for (int i = 0; i < from.length; i++) {
            final float count = 1 + random.nextInt(40);
            final float mean = 5 + 95 * (float) random.nextDouble();
            from[i] = new float[] {count, count * mean, random.nextInt(1 << 16)};
            // a thousand rows say twice the mean, the others what weighs nothing
            weights[i] = i % 2;
            to[i] = new float[] {7, i % 2 == 1 ? 2 * mean * count / (1 + count) : -1000};
        }
        final RatioMap ratios = RatioMap.ridge(from, to, new int[] {0, 1}, new int[] {1}, weights, 1e-6);
        final LinearMap linear = LinearMap.ridge(from, to, 1e-6);
        assertThat(ratios.apply(new float[] {10, 300, 4711}, 1)).isCloseTo(2 * 300f / 11, within(0.5f));
        assertThat(ratios.apply(new float[] {10, 300, 4711}, 0))
                .as("not wanted")
                .isZero();
        assertThat(Math.abs(linear.apply(new float[] {10, 300, 4711}, 1) - 2 * 300f / 11))
                .isGreaterThan(100);
        assertThatThrownBy(() -> RatioMap.ridge(from, new float[1][1], new int[] {0}, new int[] {0}, weights, 1e-6))
                .hasMessageContaining("2000 and 1");
    }

    /** Half of 380 zeros are below 0, the rest above it: the distance is 190 of 400. It is also seen where the numbers are. */
    @ParameterizedTest
    @ValueSource(floats = {0f, 0.016906f, 3f})
    void anEstimateOfNothingThatIsOffInTheLastBitsIsFarOnlyByTheExactDistance(final float nothing) {
        final float[][] expected = new float[400][1];
        final float[][] translated = new float[400][1];
        for (int i = 0; i < 400; i++) {
            expected[i][0] = nothing + (i < 380 ? 0f : i - 370f);
            translated[i][0] = expected[i][0] + (i % 2 == 0 ? 1e-4f : -1e-4f);
        }
        assertThat(DistributionCheck.distances(translated, expected)[0]).isEqualTo(0.475);
        assertThat(DistributionCheck.distancesBeyond(translated, expected)[0]).isZero();
        for (int i = 0; i < 400; i++) {
            translated[i][0] = expected[i][0] + (i % 2 == 0 ? 1f : -1f);
        }
        assertThat(DistributionCheck.distancesBeyond(translated, expected)[0]).isEqualTo(0.475);
    }

    @Test
    void aMissingFeatureIsEstimatedByTheMapThatRidgeLearns() {
        final SplittableRandom random = new SplittableRandom(5);
        final float[][] from = new float[400][2];
        final float[][] to = new float[400][1];
        for (int i = 0; i < from.length; i++) {
            from[i][0] = (float) random.nextGaussian() * 1000;
            from[i][1] = (float) random.nextGaussian();
            to[i][0] = 3 * from[i][0] / 1000 - 2 * from[i][1] + 4;
        }
        final LinearMap map = LinearMap.ridge(from, to, 1e-4);
        assertThat(map.apply(new float[] {2000, 1}, 0)).isCloseTo(8f, within(0.01f));
    }

    @Test
    void procrustesFindsTheRotation() {
        final SplittableRandom random = new SplittableRandom(6);
        final double angle = 0.7;
        final float[][] from = new float[200][2];
        final float[][] to = new float[200][2];
        for (int i = 0; i < from.length; i++) {
            from[i] = new float[] {(float) random.nextGaussian(), (float) random.nextGaussian() * 3};
            to[i][0] = (float) (Math.cos(angle) * from[i][0] - Math.sin(angle) * from[i][1] + 5);
            to[i][1] = (float) (Math.sin(angle) * from[i][0] + Math.cos(angle) * from[i][1]);
        }
        final LinearMap map = LinearMap.procrustes(from, to);
        for (int i = 0; i < from.length; i++) {
            assertThat(map.apply(from[i], 0)).isCloseTo(to[i][0], within(1e-3f));
            assertThat(map.apply(from[i], 1)).isCloseTo(to[i][1], within(1e-3f));
        }
        assertThatThrownBy(() -> LinearMap.procrustes(new float[4][2], new float[4][2]))
                .hasMessageContaining("do not span");
    }

    @Test
    void aSwappedPairIsNamedAndAnUnswappedOneIsNot() {
        final SplittableRandom random = new SplittableRandom(7);
        final ProfileSchema schema =
                new ProfileSchema("s", List.of(feature("amount", "x"), feature("count", "x"), feature("age", "x")));
        final float[][] expected = new float[300][3];
        final float[][] swapped = new float[300][3];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = row(random);
            final float[] row = row(random);
            swapped[i] = new float[] {row[1], row[0], row[2]};
        }
        assertThat(DistributionCheck.swaps(schema, swapped, expected))
                .containsExactly(new DistributionCheck.Swap("amount", "count"));
        assertThat(DistributionCheck.swaps(schema, expected, expected)).isEmpty();
        assertThat(DistributionCheck.distances(swapped, expected)[2]).isLessThan(0.15);
    }

    private static float[] row(final SplittableRandom random) {
        return new float[] {
            (float) random.nextGaussian() + 5, (float) random.nextGaussian(), (float) random.nextGaussian()
        };
    }
}
