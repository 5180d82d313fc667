package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider against the scalar reference, to the last bit, on ordinary and on extreme inputs of odd lengths. */
class KernelsParityTest {
    private static final int ROUNDS = 150;
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        Float.MIN_NORMAL,
        1e-20f,
        1e20f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        88.72f,
        88.73f,
        -87.4f,
        -103.9f,
        -104f
    };

    private final Kernels reference = new ScalarKernels();
    private SplittableRandom random = new SplittableRandom(1);

    /** A provider with a name that shows in the report. */
    record Candidate(String label, Kernels kernels) {
        @Override
        public String toString() {
            return label;
        }
    }

    static Stream<Candidate> candidates() {
        return Stream.of(
                new Candidate("vector, preferred width", new VectorKernels()),
                new Candidate("vector, 128 bits", VectorWidths.ofBits(128)),
                new Candidate("vector, 256 bits", VectorWidths.ofBits(256)),
                new Candidate("vector, 512 bits", VectorWidths.ofBits(512)));
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void elementwise(final Candidate candidate) {
        final Kernels other = candidate.kernels();
        for (int round = 0; round < ROUNDS; round++) {
            final float[] x = inputs(1 + random.nextInt(170), round, 60f);
            final int n = x.length;
            same(x, (k, v) -> k.exp(v, n), other, "exp");
            same(x, (k, v) -> k.log(v, n), other, "log");
            same(x, (k, v) -> k.sigmoid(v, n), other, "sigmoid");
            same(x, (k, v) -> k.softmax(v, n), other, "softmax");
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void dense(final Candidate candidate) {
        final Kernels other = candidate.kernels();
        for (int round = 0; round < ROUNDS; round++) {
            final int n = 1 + random.nextInt(40);
            final int outputs = 1 + random.nextInt(40);
            final int stride = outputs + random.nextInt(4);
            final float[] x = inputs(n, round, 3f);
            final float[] w = inputs(n * stride, round, 3f);
            same(new float[outputs], (k, out) -> k.denseScores(w, stride, x, n, out, outputs), other, "denseScores");
            same(w, (k, v) -> v[0] = k.dot(v, x, n), other, "dot");
            final float[] g2 = inputs(n, round, 1f);
            for (int i = 0; i < n; i++) {
                g2[i] = Math.abs(g2[i]) + 1e-4f;
            }
            same(w, (k, v) -> k.adaGrad(v, g2.clone(), x, n, 0.7f, 0.5f), other, "adaGrad weights");
            same(g2, (k, v) -> k.adaGrad(w.clone(), v, x, n, 0.7f, 0.5f), other, "adaGrad accumulators");
        }
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void sparse(final Candidate candidate) {
        for (final int outputs : new int[] {1, 7, 16, 17, 80, 150, 161}) {
            final WeightTable a = new WeightTable(outputs, 12);
            final WeightTable b = new WeightTable(outputs, 12);
            for (int i = 0; i < 12; i++) {
                a.addRow();
                b.addRow();
            }
            for (int round = 0; round < ROUNDS / 5; round++) {
                // Extremes only at the end: they would turn every later round into NaN.
                sparseStep(candidate.kernels(), a, b, round, round > ROUNDS / 5 - 3);
            }
        }
    }

    private void sparseStep(
            final Kernels other, final WeightTable a, final WeightTable b, final int round, final boolean extremes) {
        final int active = 1 + random.nextInt(12);
        final int[] rows = random.ints(0, 12).distinct().limit(active).toArray();
        final float[] x = inputs(active, extremes ? 0 : 1, 1f);
        final float[] gradient = Arrays.copyOf(inputs(a.outputs(), extremes ? 0 : 1, 1f), a.stride());
        // Few, half or all outputs move: the vector kernels go different ways about it.
        final int[] kept = {1, 20, 50, 100};
        for (int c = 0; c < a.outputs(); c++) {
            gradient[c] = random.nextInt(100) < kept[round % kept.length] ? gradient[c] : 0f;
        }
        reference.sparseAdaGrad(a, rows, x, active, gradient, 0.5f, 1e-4f);
        other.sparseAdaGrad(b, rows, x, active, gradient, 0.5f, 1e-4f);
        for (int row = 0; row < 12; row++) {
            for (int i = 0; i < a.rowLength(); i++) {
                assertThat(Float.floatToIntBits(b.weight(row, i)))
                        .as("row %s, float %s of %s outputs", row, i, a.outputs())
                        .isEqualTo(Float.floatToIntBits(a.weight(row, i)));
            }
        }
        same(
                new float[a.stride()],
                (k, out) -> k.sparseScores(k.name().equals("scalar") ? a : b, rows, x, active, out),
                other,
                "scores");
    }

    @FunctionalInterface
    private interface Call {
        void on(Kernels kernels, float[] inPlace);
    }

    private void same(final float[] input, final Call call, final Kernels other, final String what) {
        final float[] expected = input.clone();
        final float[] actual = input.clone();
        call.on(reference, expected);
        call.on(other, actual);
        for (int i = 0; i < expected.length; i++) {
            // floatToIntBits: one NaN is as good as another, 0 and -0 are not.
            assertThat(Float.floatToIntBits(actual[i]))
                    .as("%s[%s of %s], from %s: %s and %s", what, i, input.length, input[i], expected[i], actual[i])
                    .isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }

    /** Every third round is full of extremes, the others hold ordinary numbers. */
    private float[] inputs(final int n, final int round, final float scale) {
        final float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            final boolean extreme = round % 3 == 0 && random.nextInt(4) == 0;
            values[i] = extreme
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : (float) ((random.nextDouble() * 2 - 1) * scale);
        }
        return values;
    }
}
