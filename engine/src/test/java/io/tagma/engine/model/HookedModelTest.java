package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Hooks around a live model, beside a twin that never had one. */
class HookedModelTest {
    private static HookedModel hooked() {
        return new HookedModel(ModelTypes.SOFTMAX_ADAGRAD.create(DriftingStream.SCHEMA, 1), ModelTypes.builtIn(), 3);
    }

    private final float[] first = new float[3];
    private final float[] second = new float[3];

    private void teach(
            final OnlineModel one, final OnlineModel other, final DriftingStream stream, final int examples) {
        for (int i = 0; i < examples; i++) {
            stream.next();
            one.learn(stream.features, stream.label);
            other.learn(stream.features, stream.label);
        }
    }

    private int different(final OnlineModel one, final OnlineModel other, final DriftingStream stream) {
        int different = 0;
        for (int i = 0; i < 200; i++) {
            stream.next();
            one.predict(stream.features, first);
            other.predict(stream.features, second);
            different += java.util.Arrays.equals(first, second) ? 0 : 1;
        }
        return different;
    }

    @Test
    void eachHookChangesTheAnswersAndItsRemovalRestoresThemBitForBit() {
        for (final String hook : List.of(
                "transform 0 0.5 1.0",
                "scale:0:0.25",
                "mask:0",
                "swap:0:2",
                "replace gaussian-naive-bayes",
                "blend:ftrl-proximal:0.3")) {
            final HookedModel model = hooked();
            final OnlineModel twin = ModelTypes.SOFTMAX_ADAGRAD.create(DriftingStream.SCHEMA, 1);
            final DriftingStream stream = new DriftingStream(5, true);
            teach(model, twin, stream, 300);
            assertThat(different(model, twin, stream)).isZero();

            model.put("trial", hook);
            teach(model, twin, stream, 300);
            assertThat(different(model, twin, stream)).as(hook).isGreaterThan(150);
            model.remove("trial");
            assertThat(different(model, twin, stream)).as("after %s", hook).isZero();
            teach(model, twin, stream, 300);
            assertThat(different(model, twin, stream)).isZero();
        }
    }

    @Test
    void aShadowIsCountedAlone() {
        final HookedModel model = hooked();
        final OnlineModel twin = ModelTypes.SOFTMAX_ADAGRAD.create(DriftingStream.SCHEMA, 1);
        final DriftingStream stream = new DriftingStream(6, false);
        model.put("watched", new ModelHook.Shadow("hoeffding-adaptive-tree"));
        teach(model, twin, stream, 1_500);

        assertThat(different(model, twin, stream)).isZero();
        assertThat(model.accuracy("watched")).isBetween(0.6, 1.0);
        assertThat(model.liveAccuracy()).isBetween(0.6, 1.0);
        assertThat(model.accuracy("unknown")).isNaN();
    }

    @Test
    void theNotedOrdersGiveTheSameAnswersAgain() {
        final HookedModel model = hooked();
        final DriftingStream stream = new DriftingStream(7, true);
        for (int i = 0; i < 500; i++) {
            if (i == 100) {
                model.put("a", ModelHook.parse("blend dynamic-logistic 0.5"));
                model.put("b", ModelHook.parse("transform 1 -1.5 0.25"));
            }
            if (i == 400) {
                model.remove("a");
            }
            stream.next();
            model.learn(stream.features, stream.label);
        }
        final HookedModel again = hooked();
        final DriftingStream same = new DriftingStream(7, true);
        for (int i = 0; i < 500; i++) {
            again.replay(model.orders());
            same.next();
            again.learn(same.features, same.label);
        }

        assertThat(again.orders()).isEqualTo(model.orders()).hasSize(3);
        assertThat(again.names()).containsExactly("b");
        assertThat(different(model, again, stream)).isZero();
    }

    @Test
    void goesOnFromASnapshotWithItsHooks() {
        final HookedModel model = hooked();
        final DriftingStream stream = new DriftingStream(8, true);
        model.put("blend", ModelHook.parse("blend nearest-neighbours 0.5"));
        model.put("shadow", ModelHook.parse("shadow ftrl-proximal"));
        final HookedModel other = hooked();
        for (int i = 0; i < 300; i++) {
            stream.next();
            model.learn(stream.features, stream.label);
        }
        ModelTypeCheck.restore(model, other);

        assertThat(other.names()).isEqualTo(model.names());
        assertThat(other.orders()).isEqualTo(model.orders());
        assertThat(other.accuracy("shadow")).isEqualTo(model.accuracy("shadow"));
        teach(model, other, stream, 100);
        assertThat(different(model, other, stream)).isZero();
    }

    @Test
    void whatCannotBePutIsNamedAndChangesNothing() {
        final HookedModel model = hooked();
        model.put("a", ModelHook.parse("shadow ftrl-proximal"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.put("a", ModelHook.parse("shadow ftrl-proximal")))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.put("b", ModelHook.parse("replace oracle")))
                .withMessageContaining("oracle");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.put("c", ModelHook.parse("transform 9 1 1")))
                .withMessageContaining("no input 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelHook.parse("blend ftrl-proximal 2"))
                .withMessageContaining("2.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelHook.parse("blend it all"))
                .withMessageContaining("blend:TYPE:SHARE");
        assertThatIllegalArgumentException().isThrownBy(() -> model.remove("z")).withMessageContaining("[a]");
        assertThat(model.names()).containsExactly("a");
        assertThat(model.orders()).hasSize(1);
    }
}
