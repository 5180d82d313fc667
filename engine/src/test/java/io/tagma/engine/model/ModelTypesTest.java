package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTypesTest {
    @Test
    void findsATypeByItsName() {
        for (final ModelType type : ModelTypes.builtIn().all()) {
            assertThat(ModelTypes.builtIn().get(type.name())).isSameAs(type);
            assertThat(type.version()).isPositive();
            assertThat(type.source()).isNotBlank();
            assertThat(type.create(DriftingStream.SCHEMA, 1).schema()).isEqualTo(DriftingStream.SCHEMA);
        }
    }

    @Test
    void saysWhatThereIsWhenThereIsNoSuchType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelTypes.builtIn().get("oracle"))
                .withMessageContaining("'oracle'")
                .withMessageContaining("ftrl-proximal");
    }

    @Test
    void takesATypeMoreButNoNameTwice() {
        final ModelType pair =
                ModelTypes.ensemble("two-linear", List.of(ModelTypes.SOFTMAX_ADAGRAD, ModelTypes.FTRL_PROXIMAL));
        final ModelTypes more = ModelTypes.builtIn().with(pair);

        assertThat(more.get("two-linear")).isSameAs(pair);
        assertThat(ModelTypes.builtIn().all()).doesNotContain(pair);
        assertThatIllegalArgumentException().isThrownBy(() -> more.with(pair)).withMessageContaining("another name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.with(ModelTypes.ensemble("Two Linear", List.of(pair))))
                .withMessageContaining("lower case");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelTypes.ensemble("none", List.of()))
                .withMessageContaining("no members");
    }

    @Test
    void aSchemaHasDistinctNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSchema(List.of("a", "a"), List.of("x", "y")))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSchema(List.of("a"), List.of("x")))
                .withMessageContaining("2 to 256 classes, not 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSchema(Collections.nCopies(2_000, "a"), List.of("x", "y")))
                .withMessageContaining("not 2000");
    }
}
