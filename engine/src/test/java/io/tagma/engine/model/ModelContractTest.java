package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import io.tagma.store.StoreException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link OnlineModel} promises, held against each built-in type. */
class ModelContractTest {
    private static final int CLASSES = 3;
    private static final int MOST_ROUNDS = 300;

    static Collection<ModelType> types() {
        final List<ModelType> all = new ArrayList<>(ModelTypes.builtIn().all());
        for (final String name : List.of(
                "drift-aware:softmax-adagrad:adapt",
                "drift-aware:softmax-adagrad:reset",
                "drift-aware:softmax-adagrad:challenger",
                "drift-aware:softmax-adagrad:fallback",
                "drift-aware:gaussian-naive-bayes:adapt",
                "drift-aware:hoeffding-adaptive-tree:challenger")) {
            all.add(DriftAwareModel.types().get(name));
        }
        return all;
    }

    private static void teach(final OnlineModel model, final DriftingStream stream, final int examples) {
        for (int i = 0; i < examples; i++) {
            stream.next();
            model.learn(stream.features, stream.label);
        }
    }

    /** Share of right answers, each example learnt after it was answered. */
    private static double prequential(final OnlineModel model, final DriftingStream stream, final int examples) {
        final float[] said = new float[CLASSES];
        int right = 0;
        for (int i = 0; i < examples; i++) {
            stream.next();
            right += model.predict(stream.features, said) == stream.label ? 1 : 0;
            model.learn(stream.features, stream.label);
        }
        return right / (double) examples;
    }

    private static void assertSame(final OnlineModel one, final OnlineModel other, final DriftingStream stream) {
        final float[] first = new float[CLASSES];
        final float[] second = new float[CLASSES];
        for (int i = 0; i < 600; i++) {
            stream.next();
            assertThat(other.predict(stream.features, second)).isEqualTo(one.predict(stream.features, first));
            assertThat(second).isEqualTo(first);
            one.learn(stream.features, stream.label);
            other.learn(stream.features, stream.label);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void learnsAndLearnsAnewWhenTheClassesChangePlaces(final ModelType type) {
        final OnlineModel model = type.create(DriftingStream.SCHEMA, 1);
        final DriftingStream stream = new DriftingStream(11, false);
        teach(model, stream, 500);

        assertThat(prequential(model, stream, 1_500)).as("before the drift").isGreaterThan(0.9);
        stream.drift();
        teach(model, stream, 3_000);
        assertThat(prequential(model, stream, 500)).as("after it").isGreaterThan(0.8);
    }

    @ParameterizedTest
    @MethodSource("types")
    void saysProbabilities(final ModelType type) {
        final OnlineModel model = type.create(DriftingStream.SCHEMA, 1);
        final DriftingStream stream = new DriftingStream(12, true);
        final float[] said = new float[CLASSES];
        for (int i = 0; i < 800; i++) {
            stream.next();
            final int best = model.predict(stream.features, said);
            float sum = 0;
            for (final float probability : said) {
                assertThat(probability).isBetween(0f, 1f).isLessThanOrEqualTo(said[best]);
                sum += probability;
            }
            assertThat(sum).isBetween(0.999f, 1.001f);
            model.learn(stream.features, stream.label);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void isAFunctionOfSeedAndExamples(final ModelType type) {
        final OnlineModel one = type.create(DriftingStream.SCHEMA, 5);
        final OnlineModel other = type.create(DriftingStream.SCHEMA, 5);
        final DriftingStream stream = new DriftingStream(13, true);
        final float[] said = new float[CLASSES];
        final float[] why = new float[5];
        for (int i = 0; i < 1_500; i++) {
            stream.next();
            one.learn(stream.features, stream.label);
            other.learn(stream.features, stream.label);
            // Whoever asks in between must not change what comes.
            other.predict(stream.features, said);
            other.explain(stream.features, i % CLASSES, why);
        }

        assertSame(one, other, stream);
    }

    @ParameterizedTest
    @MethodSource("types")
    void goesOnFromASnapshot(final ModelType type, @TempDir final Path folder) {
        final OnlineModel one = type.create(DriftingStream.SCHEMA, 6);
        final DriftingStream stream = new DriftingStream(14, true);
        teach(one, stream, 1_200);
        stream.drift();
        teach(one, stream, 400); // while trees regrow
        final Path file = folder.resolve("model");
        write(one, file);
        final OnlineModel other = type.create(DriftingStream.SCHEMA, 99);
        teach(other, new DriftingStream(15, false), 700); // what it knew must be gone
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.read(in);
        }

        assertSame(one, other, stream);
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusesTheSnapshotOfAnotherShape(final ModelType type, @TempDir final Path folder) {
        final Path file = folder.resolve("model");
        write(type.create(DriftingStream.SCHEMA, 1), file);
        final OnlineModel wider =
                type.create(new ModelSchema(List.of("a", "b", "c", "d", "e", "f"), List.of("x", "y", "z")), 1);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            assertThatThrownBy(() -> wider.read(in))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another shape");
        }
    }

    private static void write(final OnlineModel model, final Path file) {
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            model.write(out);
            out.commit();
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void explainsByTheInputsThatMatter(final ModelType type) {
        final OnlineModel model = type.create(DriftingStream.SCHEMA, 1);
        final DriftingStream stream = new DriftingStream(16, false);
        teach(model, stream, 2_000);
        final double[] sum = new double[5];
        final float[] why = new float[5];
        for (int i = 0; i < 300; i++) {
            stream.next();
            model.explain(stream.features, stream.label, why);
            for (int input = 0; input < sum.length; input++) {
                sum[input] += why[input] / 300;
            }
        }

        assertThat(sum[0] + sum[1]).as("the two that tell").isGreaterThan(0.1);
        assertThat(sum[2] + sum[3]).as("noise").isLessThan(0.05);
        assertThat(sum[4]).as("a constant").isZero();
    }

    @ParameterizedTest
    @MethodSource("types")
    void allocatesNothingOnceItHasSeenItsShare(final ModelType type) {
        final OnlineModel model = type.create(DriftingStream.SCHEMA, 1);
        final DriftingStream stream = new DriftingStream(17, true);
        final float[] said = new float[CLASSES];
        long least = Long.MAX_VALUE;
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < MOST_ROUNDS && least >= 500; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                stream.next();
                model.predict(stream.features, said);
                model.learn(stream.features, stream.label);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        // Trees make nodes until their pools are full, which takes its examples; then the first round without counts.
        // Boxing or an array a call would show as thousands of bytes in every round.
        assertThat(least).as("bytes in 500 examples").isLessThan(500);
    }

    @ParameterizedTest
    @MethodSource("types")
    void namesWhatItIsGivenWrongly(final ModelType type) {
        final OnlineModel model = type.create(DriftingStream.SCHEMA, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.predict(new float[4], new float[CLASSES]))
                .withMessageContaining("5 inputs")
                .withMessageContaining("not 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.predict(new float[5], new float[2]))
                .withMessageContaining("3 probabilities, not 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.learn(new float[5], 3))
                .withMessageContaining("classes 0 to 2")
                .withMessageContaining("not 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.explain(new float[5], 0, new float[1]))
                .withMessageContaining("not 1 contributions");
    }
}
