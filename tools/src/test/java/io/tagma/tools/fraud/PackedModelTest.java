package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackedModelTest {
    private static final ModelSchema SCHEMA = new ModelSchema(List.of("a", "b", "c"), List.of("no", "yes"));
    private static final List<ModelType> TYPES = List.of(
            ModelTypes.SOFTMAX_ADAGRAD,
            ModelTypes.FTRL_PROXIMAL,
            ModelTypes.DYNAMIC_LOGISTIC,
            ModelTypes.GAUSSIAN_NAIVE_BAYES);

    private static void teach(final PackedModel model, final SplittableRandom random, final int examples) {
        for (int i = 0; i < examples; i++) {
            final float[] x = x(random);
            model.learn(x, x[0] > x[1] ? 1 : 0);
        }
    }

    private static float[] x(final SplittableRandom random) {
        return new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()
        };
    }

    private static float[] answer(final PackedModel model) {
        final float[] probabilities = new float[2];
        model.current().predict(new float[] {0.3f, -0.2f, 1f}, probabilities);
        return probabilities;
    }

    @Test
    void goesOnFromItsMemoryBitForBit() {
        for (final ModelType type : TYPES) {
            final float[] memory = new float[PackedModel.length(type, SCHEMA)];
            final PackedModel whole = new PackedModel(type, SCHEMA, memory);
            teach(whole, new SplittableRandom(1), 200);
            final float[] kept = memory.clone();
            final float[] before = answer(whole);
            final PackedModel resumed = new PackedModel(type, SCHEMA, kept);
            assertThat(answer(resumed)).as(type.name()).isEqualTo(before);
            teach(whole, new SplittableRandom(2), 50);
            teach(resumed, new SplittableRandom(2), 50);
            assertThat(kept).as(type.name()).isEqualTo(memory);
            assertThat(answer(whole)).as(type.name()).isNotEqualTo(before);
        }
    }

    @Test
    void aMemoryThatWasRolledBackIsReadAgain() {
        final float[] memory = new float[PackedModel.length(ModelTypes.DYNAMIC_LOGISTIC, SCHEMA)];
        final PackedModel model = new PackedModel(ModelTypes.DYNAMIC_LOGISTIC, SCHEMA, memory);
        teach(model, new SplittableRandom(1), 100);
        final float[] version = memory.clone();
        final float[] before = answer(model);
        teach(model, new SplittableRandom(2), 100);
        System.arraycopy(version, 0, memory, 0, memory.length);
        assertThat(answer(model)).isEqualTo(before);
    }

    @Test
    void aTypeWhoseStateGrowsIsKeptBesideTheMemory() {
        for (final ModelType type : List.of(ModelTypes.HOEFFDING_ADAPTIVE_TREE, ModelTypes.ADAPTIVE_FOREST)) {
            assertThat(PackedModel.length(type, SCHEMA)).as(type.name()).isEqualTo(PackedModel.NONE);
        }
        final KeptModel whole = new KeptModel(ModelTypes.HOEFFDING_ADAPTIVE_TREE, SCHEMA);
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            final float[] x = x(random);
            whole.learn(x, x[0] > x[1] ? 1 : 0);
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final SnapshotInfo info = new SnapshotInfo(Path.of("kept"), 0, 0, 0, 0);
        try (SnapshotWriter out = SnapshotWriter.to(info, Channels.newChannel(bytes))) {
            whole.write(out);
            out.commit();
        }
        final KeptModel resumed = new KeptModel(ModelTypes.HOEFFDING_ADAPTIVE_TREE, SCHEMA);
        assertThat(resumed.digest()).isNotEqualTo(whole.digest());
        try (SnapshotReader in =
                SnapshotReader.from(info.file(), Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())))) {
            resumed.read(in);
        }
        assertThat(resumed.digest()).isEqualTo(whole.digest());
        final float[] x = x(random);
        whole.learn(x, 1);
        resumed.learn(x, 1);
        assertThat(resumed.digest()).isEqualTo(whole.digest());
        assertThat(probability(resumed)).isEqualTo(probability(whole));
    }

    private static float probability(final HeldModel model) {
        final float[] probabilities = new float[2];
        model.current().predict(new float[] {0.3f, -0.2f, 1f}, probabilities);
        return probabilities[1];
    }
}
