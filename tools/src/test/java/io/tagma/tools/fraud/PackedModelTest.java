package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
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
    void aTypeWhoseStateGrowsIsRefused() {
        assertThatThrownBy(() -> PackedModel.length(ModelTypes.HOEFFDING_ADAPTIVE_TREE, SCHEMA))
                .hasMessageContaining("'hoeffding-adaptive-tree'")
                .hasMessageContaining("choose a linear or Bayesian type");
    }
}
