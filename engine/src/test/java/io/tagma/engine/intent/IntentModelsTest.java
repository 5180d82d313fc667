package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;

class IntentModelsTest {
    private final IntentModels models = new IntentModels();
    private final IntentClassifierConfig config = IntentClassifierConfig.of(2);

    @Test
    void knowsTheBuiltInTypeAndTakesOthers() {
        final IntentClassifier mine = new AdaGradSoftmaxClassifier(config, new ScalarKernels());
        models.register("mine", (c, kernels) -> mine);

        assertThat(models.names())
                .containsExactly(IntentModels.ADAGRAD_SOFTMAX, IntentModels.EMBEDDING_BAG_MLP, "mine");
        assertThat(models.create("mine", config, new ScalarKernels())).isSameAs(mine);
    }

    @Test
    void refusesWhatIsTakenOrUnknown() {
        assertThatThrownBy(() -> models.register(IntentModels.ADAGRAD_SOFTMAX, AdaGradSoftmaxClassifier::new))
                .hasMessageContaining("registered already");
        assertThatThrownBy(() -> models.create("other", config, new ScalarKernels()))
                .hasMessageContaining(IntentModels.ADAGRAD_SOFTMAX)
                .hasMessageContaining("other");
    }
}
