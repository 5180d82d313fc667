package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider's row kernels against the scalar reference, to the last bit; and the reference against what it promises. */
class RowKernelsParityTest {
    private static final int ROUNDS = 60;
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        Float.MIN_NORMAL,
        1e20f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private final RowKernels reference = new ScalarKernels().rows();
    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random = new SplittableRandom(11);

    @AfterEach
    void close() {
        arena.close();
    }

    static List<KernelsParityTest.Candidate> candidates() {
        return KernelsParityTest.candidates().toList();
    }

    private float value(final boolean extreme) {
        return extreme && random.nextInt(6) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (float) (random.nextDouble() * 2 - 1);
    }

    private FloatRows rows(final int count, final int dimension, final boolean extreme) {
        final FloatRows rows = FloatRows.allocate(arena, count, dimension);
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < dimension; i++) {
                rows.set(r, i, value(extreme));
            }
        }
        return rows;
    }

    private FloatRows copy(final FloatRows of) {
        final FloatRows copy = FloatRows.allocate(arena, of.count(), of.dimension());
        for (int r = 0; r < of.count(); r++) {
            for (int i = 0; i < of.dimension(); i++) {
                copy.set(r, i, of.get(r, i));
            }
        }
        return copy;
    }

    private static void same(final FloatRows actual, final FloatRows expected, final String what) {
        for (int r = 0; r < expected.count(); r++) {
            for (int i = 0; i < expected.stride(); i++) { // the padding too
                assertThat(Float.floatToIntBits(actual.get(r, i)))
                        .as("%s, row %s, float %s: %s and %s", what, r, i, actual.get(r, i), expected.get(r, i))
                        .isEqualTo(Float.floatToIntBits(expected.get(r, i)));
            }
        }
    }

    private DenseLayer layer(final int inputs, final int outputs, final long seed, final boolean extreme) {
        final DenseLayer layer = DenseLayer.allocate(arena, inputs, outputs);
        final SplittableRandom own = new SplittableRandom(seed);
        for (int d = 0; d <= inputs; d++) {
            for (int c = 0; c < layer.stride(); c++) { // the padding too
                layer.weight(
                        d,
                        c,
                        extreme && own.nextInt(9) == 0
                                ? EXTREMES[own.nextInt(EXTREMES.length)]
                                : (float) (own.nextDouble() * 2 - 1));
            }
        }
        return layer;
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void scores(final KernelsParityTest.Candidate candidate) {
        final RowKernels other = candidate.kernels().rows();
        for (int round = 0; round < ROUNDS; round++) {
            final boolean extreme = round % 3 == 0;
            final int inputs = 1 + random.nextInt(70);
            final int outputs = 1 + random.nextInt(200);
            final int count = random.nextInt(11);
            final DenseLayer layer = layer(inputs, outputs, round, extreme);
            final FloatRows x = rows(Math.max(1, count), inputs, extreme);
            final FloatRows expected = FloatRows.allocate(arena, Math.max(1, count), outputs);
            final FloatRows actual = FloatRows.allocate(arena, Math.max(1, count), outputs);
            final String shape = count + " x " + inputs + " x " + outputs;
            reference.denseScores(layer, x, count, expected);
            other.denseScores(layer, x, count, actual);
            same(actual, expected, "scores of " + shape);
            reference.denseSoftmax(layer, x, count, expected);
            other.denseSoftmax(layer, x, count, actual);
            same(actual, expected, "softmax of " + shape);
        }
    }

    /** Scores go as far as the layer's stride; a decay as far as the rows' dimension. */
    @ParameterizedTest
    @MethodSource("candidates")
    void whatLiesBehindIsNotTouched(final KernelsParityTest.Candidate candidate) {
        final RowKernels other = candidate.kernels().rows();
        for (final int outputs : new int[] {1, 9, 16, 70}) {
            final DenseLayer layer = layer(5, outputs, outputs, false);
            final int stride = layer.stride() + 32;
            final FloatRows out = FloatRows.of(arena.allocate(4L * 6 * stride, 64), 6, outputs, stride);
            for (int r = 0; r < 6; r++) {
                for (int i = outputs; i < stride; i++) {
                    out.set(r, i, 7f);
                }
            }
            other.decayAdd(out, new int[] {0, 4, 2}, new float[] {0.5f, 2f, 0f}, rows(3, outputs, false), 3);
            assertThat(out.get(4, outputs)).isEqualTo(7f);
            other.denseSoftmax(layer, rows(5, 5, false), 5, out);
            for (int r = 0; r < 6; r++) {
                for (int i = r < 5 ? layer.stride() : outputs; i < stride; i++) {
                    assertThat(out.get(r, i))
                            .as("%s outputs, row %s, float %s", outputs, r, i)
                            .isEqualTo(7f);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void steps(final KernelsParityTest.Candidate candidate) {
        final RowKernels other = candidate.kernels().rows();
        for (int round = 0; round < ROUNDS / 2; round++) {
            final boolean extreme = round % 5 == 0;
            final int inputs = 1 + random.nextInt(40);
            final int outputs = 1 + random.nextInt(150);
            final int count = 1 + random.nextInt(9);
            final DenseLayer expected = layer(inputs, outputs, round, false);
            final DenseLayer actual = layer(inputs, outputs, round, false);
            for (int step = 0; step < 3; step++) {
                final FloatRows x = rows(count, inputs, extreme);
                final FloatRows gradients = rows(count, outputs, extreme);
                reference.adaGrad(expected, x, gradients, count, 0.5f, 1e-4f);
                other.adaGrad(actual, x, gradients, count, 0.5f, 1e-4f);
            }
            for (int d = 0; d <= inputs; d++) {
                for (int c = 0; c < expected.stride(); c++) {
                    assertThat(Float.floatToIntBits(actual.weight(d, c)))
                            .as("weight %s, %s of %s x %s", d, c, inputs, outputs)
                            .isEqualTo(Float.floatToIntBits(expected.weight(d, c)));
                    assertThat(Float.floatToIntBits(actual.accumulator(d, c)))
                            .isEqualTo(Float.floatToIntBits(expected.accumulator(d, c)));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void decays(final KernelsParityTest.Candidate candidate) {
        final RowKernels other = candidate.kernels().rows();
        for (int round = 0; round < ROUNDS; round++) {
            final int dimension = 1 + random.nextInt(70);
            final FloatRows expected = rows(20, dimension, round % 3 == 0);
            final FloatRows actual = copy(expected);
            final int[] at = random.ints(0, 20).distinct().limit(7).toArray();
            final float[] decay = new float[7];
            for (int j = 0; j < decay.length; j++) {
                decay[j] = value(round % 3 == 0);
            }
            final FloatRows more = rows(7, dimension, round % 3 == 0);
            final int count = random.nextInt(8);
            reference.decayAdd(expected, at, decay, more, count);
            other.decayAdd(actual, at, decay, more, count);
            same(actual, expected, "decayed rows of " + dimension);
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void similarities(final KernelsParityTest.Candidate candidate) {
        final RowKernels other = candidate.kernels().rows();
        for (int round = 0; round < ROUNDS; round++) {
            final int dimension = 1 + random.nextInt(100);
            final int count = 1 + random.nextInt(60);
            final FloatRows rows = rows(count, dimension, round % 3 == 0);
            final float[] query = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                query[i] = value(round % 6 == 0);
            }
            final TopK expected = new TopK(1 + random.nextInt(12));
            final TopK actual = new TopK(64);
            final TopK sameSize = new TopK(12);
            reference.topK(rows, count, query, expected);
            other.topK(rows, count, query, actual);
            sameList(actual, expected, dimension);
            reference.topKCosine(rows, count, query, expected);
            other.topKCosine(rows, count, query, sameSize);
            sameList(sameSize, expected, dimension);
        }
    }

    private static void sameList(final TopK actual, final TopK expected, final int dimension) {
        for (int place = 0; place < Math.min(actual.size(), expected.size()); place++) {
            assertThat(actual.row(place))
                    .as("place %s of dimension %s", place, dimension)
                    .isEqualTo(expected.row(place));
            assertThat(Float.floatToIntBits(actual.score(place)))
                    .isEqualTo(Float.floatToIntBits(expected.score(place)));
        }
    }

    @Test
    void aScoreIsTheSumAndDoesNotDependOnItsNeighbours() {
        final DenseLayer layer = layer(9, 70, 5, false);
        final FloatRows x = rows(6, 9, false);
        final FloatRows out = FloatRows.allocate(arena, 6, 70);
        reference.denseScores(layer, x, 6, out);
        for (int c = 0; c < 70; c++) {
            double sum = layer.weight(9, c);
            for (int d = 0; d < 9; d++) {
                sum += (double) x.get(2, d) * layer.weight(d, c);
            }
            assertThat((double) out.get(2, c)).isCloseTo(sum, within(1e-5));
        }
        for (final RowKernels kernels : List.of(reference, new VectorKernels().rows())) {
            final FloatRows alone = FloatRows.allocate(arena, 1, 70);
            final FloatRows third = FloatRows.of(x.alive().asSlice(2L * x.stride() * Float.BYTES), 1, 9, x.stride());
            kernels.denseScores(layer, third, 1, alone);
            for (int c = 0; c < 70; c++) {
                assertThat(alone.get(0, c)).isEqualTo(out.get(2, c));
            }
        }
    }

    @Test
    void theBestAreTheBestAndTiesGoToTheLowerRow() {
        final FloatRows rows = rows(200, 24, false);
        for (int i = 0; i < 24; i++) {
            rows.set(150, i, rows.get(40, i));
        }
        final float[] query = new float[24];
        Arrays.fill(query, 0.5f);
        final double[] exact = new double[200];
        for (int r = 0; r < 200; r++) {
            for (int i = 0; i < 24; i++) {
                exact[r] += (double) rows.get(r, i) * query[i];
            }
        }
        final List<Integer> order =
                new ArrayList<>(IntStream.range(0, 200).boxed().toList());
        order.sort(Comparator.comparingDouble((Integer r) -> -exact[r]));
        for (final RowKernels kernels : List.of(reference, new VectorKernels().rows())) {
            final TopK best = new TopK(200);
            kernels.topK(rows, 200, query, best);
            final List<Integer> found =
                    IntStream.range(0, best.size()).mapToObj(best::row).toList();
            assertThat(found).isEqualTo(order);
            assertThat(found.indexOf(150)).isEqualTo(found.indexOf(40) + 1);
        }
    }

    @Test
    void aRowIsMostLikeItselfAndARowOfZerosLikeNone() {
        final FloatRows rows = rows(50, 33, false);
        final float[] query = new float[33];
        for (int i = 0; i < 33; i++) {
            query[i] = 3 * rows.get(17, i);
            rows.set(9, i, 0f);
        }
        final TopK best = new TopK(50);
        new VectorKernels().rows().topKCosine(rows, 50, query, best);
        assertThat(best.row(0)).isEqualTo(17);
        assertThat(best.score(0)).isCloseTo(1f, within(1e-5f));
        final int zeros =
                IntStream.range(0, 50).filter(i -> best.row(i) == 9).findFirst().orElseThrow();
        assertThat(best.score(zeros)).isZero();
    }

    @Test
    void shapesThatDoNotMatchAreNamed() {
        final RowKernels kernels = new VectorKernels().rows();
        final DenseLayer layer = DenseLayer.allocate(arena, 8, 20);
        final FloatRows x = rows(3, 8, false);
        final FloatRows out = FloatRows.allocate(arena, 3, 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.denseScores(layer, rows(3, 7, false), 3, out))
                .withMessageContaining("8 inputs")
                .withMessageContaining("7 floats");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.denseScores(layer, x, 4, out))
                .withMessageContaining("3 rows, not 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.denseScores(layer, x, 3, FloatRows.allocate(arena, 2, 20)))
                .withMessageContaining("2 rows");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.topK(x, 3, new float[9], new TopK(1)))
                .withMessageContaining("9 floats");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.decayAdd(x, new int[] {5}, new float[1], rows(1, 8, false), 1))
                .withMessageContaining("no row 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FloatRows.of(arena.allocate(100), 4, 8, 8))
                .withMessageContaining("128 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> new TopK(0));
        final FloatRows gone;
        try (Arena brief = Arena.ofConfined()) {
            gone = FloatRows.allocate(brief, 2, 8);
        }
        assertThatThrownBy(() -> kernels.denseScores(layer, gone, 2, out))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
