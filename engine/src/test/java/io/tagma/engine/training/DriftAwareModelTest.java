package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelTypes;
import io.tagma.engine.model.OnlineModel;
import io.tagma.engine.training.DriftPolicy.Reaction;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Four inputs whose signs tell two classes, with noise; the classes change places. */
class DriftAwareModelTest {
    private static final ModelSchema SCHEMA =
            new ModelSchema(List.of("a", "b", "c", "d"), List.of("negative", "positive"));
    private static final int CHANGE = 8_000;

    private final float[] said = new float[2];

    /** One example after another. */
    private static final class Stream {
        private final SplittableRandom random;
        private final float[] x = new float[4];
        private int label;
        private int at;

        Stream(final long seed) {
            random = new SplittableRandom(seed);
        }

        void next(final boolean changed) {
            float sum = 0;
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
                sum += x[i];
            }
            label = (sum + 0.4 * random.nextGaussian() > 0) == changed ? 0 : 1;
            at++;
        }
    }

    private static DriftAwareModel model(final String type, final Reaction reaction) {
        return (DriftAwareModel) DriftAwareModel.types()
                .get("drift-aware:" + type + ":" + DriftPolicy.of(reaction))
                .create(SCHEMA, 1);
    }

    private boolean teach(final OnlineModel model, final Stream stream) {
        final boolean right = model.predict(stream.x, said) == stream.label;
        model.learn(stream.x, stream.label);
        return right;
    }

    /** Right answers among the 500 examples behind the first 300 after the change. */
    private int rightAfterTheChange(final OnlineModel model) {
        final Stream stream = new Stream(7);
        int right = 0;
        while (stream.at < CHANGE + 800) {
            stream.next(stream.at >= CHANGE);
            right += teach(model, stream) && stream.at > CHANGE + 300 ? 1 : 0;
        }
        return right;
    }

    @ParameterizedTest
    @EnumSource(
            value = Reaction.class,
            names = {"ADAPT", "RESET", "CHALLENGER"})
    void aReactionRecoversSooner(final Reaction reaction) {
        final DriftAwareModel plain = model("softmax-adagrad", Reaction.NONE);
        final DriftAwareModel reacting = model("softmax-adagrad", reaction);

        final int without = rightAfterTheChange(plain);
        final int with = rightAfterTheChange(reacting);

        assertThat(plain.reaction().alarms()).isPositive();
        assertThat(reacting.reaction().reactions()).isEqualTo(1);
        assertThat(with).as("right with %s, without it %d", reaction, without).isGreaterThan(without + 25);
        assertThat(reacting.promotions()).isEqualTo(reaction == Reaction.CHALLENGER ? 1 : 0);
    }

    /** A type that knows neither rates nor steps is taught an example several times over, or begins anew. */
    @ParameterizedTest
    @ValueSource(strings = {"gaussian-naive-bayes", "ftrl-proximal"})
    void anyTypeCanReact(final String type) {
        final int without = rightAfterTheChange(ModelTypes.builtIn().get(type).create(SCHEMA, 1));
        for (final Reaction reaction : List.of(Reaction.ADAPT, Reaction.RESET, Reaction.CHALLENGER)) {
            final DriftAwareModel reacting = model(type, reaction);
            assertThat(rightAfterTheChange(reacting))
                    .as("%s of %s, without it %d", reaction, type, without)
                    .isGreaterThan(without + 25);
            assertThat(reacting.reaction().reactions()).isEqualTo(1);
        }
    }

    @Test
    void whatBadLabelsTaughtIsGoneAfterAFallback() {
        final DriftAwareModel falling = model("softmax-adagrad", Reaction.FALLBACK);
        final OnlineModel plain = ModelTypes.SOFTMAX_ADAGRAD.create(SCHEMA, 1);
        final Stream stream = new Stream(5);
        while (stream.at < CHANGE || falling.fallbacks() == 0) {
            stream.next(stream.at >= CHANGE);
            teach(falling, stream);
            teach(plain, stream);
            assertThat(stream.at).isLessThan(CHANGE + 1_000);
        }

        int right = 0;
        int misled = 0;
        for (int i = 0; i < 500; i++) {
            stream.next(false); // the bad labels are gone
            right += falling.predict(stream.x, said) == stream.label ? 1 : 0;
            misled += plain.predict(stream.x, said) == stream.label ? 1 : 0;
        }
        assertThat(right)
                .as("of 500, without a fallback %d", misled)
                .isGreaterThan(440)
                .isGreaterThan(misled);
    }

    @Test
    void withoutDriftItIsThePlainModel() {
        final DriftAwareModel watched = model("softmax-adagrad", Reaction.RESET);
        final OnlineModel plain = ModelTypes.SOFTMAX_ADAGRAD.create(SCHEMA, 1);
        final Stream stream = new Stream(3);
        final float[] other = new float[2];
        while (stream.at < 4_000) {
            stream.next(false);
            assertThat(watched.predict(stream.x, said)).isEqualTo(plain.predict(stream.x, other));
            assertThat(said).isEqualTo(other);
            watched.learn(stream.x, stream.label);
            plain.learn(stream.x, stream.label);
        }
        assertThat(watched.reaction().alarms()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Reaction.class)
    void goesOnFromASnapshotInTheMidstOfAReaction(final Reaction reaction, @TempDir final Path folder) {
        final DriftAwareModel one = model("softmax-adagrad", reaction);
        final Stream stream = new Stream(11);
        while (one.reaction().alarms() == 0) {
            stream.next(stream.at >= 5_000);
            teach(one, stream);
        }
        final Path file = folder.resolve("model");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            one.write(out);
            out.commit();
        }
        final DriftAwareModel other = model("softmax-adagrad", reaction);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.read(in);
        }

        final float[] same = new float[2];
        for (int i = 0; i < 3_000; i++) { // to the end of the reaction and beyond
            stream.next(true);
            assertThat(teach(other, stream)).isEqualTo(teach(one, stream));
            one.predict(stream.x, said);
            other.predict(stream.x, same);
            assertThat(same).isEqualTo(said);
        }
        assertThat(other.promotions()).isEqualTo(one.promotions());
        assertThat(other.reaction().reactions()).isEqualTo(one.reaction().reactions());
    }

    @Test
    void whatIsNoSuchTypeIsNamed() {
        refused("drift-aware:softmax-adagrad", "drift-aware:TYPE:POLICY");
        refused("drift-aware:oracle:reset", "'oracle'", "drift-aware:TYPE:POLICY");
        refused("drift-aware:softmax-adagrad:panic", "none, adapt, reset, challenger, fallback", "panic");
    }

    private static void refused(final String name, final String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DriftAwareModel.types().get(name))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }
}
