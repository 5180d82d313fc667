package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.engine.training.DriftPolicy.Reaction;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts of twelve classes, each with words of its own among words of all; the classes change places. */
class DriftAwareClassifierTest {
    private static final int CLASSES = 12;
    private static final int CHANGE = 3_000;
    private static final IntentClassifierConfig CONFIG =
            IntentClassifierConfig.of(CLASSES).withMaxFeatures(1 << 14).withSpelling(false);

    private static DriftAwareClassifier classifier(final DriftPolicy policy) {
        return new DriftAwareClassifier(policy, () -> new AdaGradSoftmaxClassifier(CONFIG, new ScalarKernels()));
    }

    /** One text after another; from the change on, the label of a third of the classes is the next one's. */
    private static final class Stream {
        private final SplittableRandom random;
        private final UnsafeBuffer text = new UnsafeBuffer(new byte[0]);
        private int at;
        private int label;

        Stream(final long seed) {
            random = new SplittableRandom(seed);
        }

        void next(final boolean changed) {
            final int topic = random.nextInt(CLASSES);
            final StringBuilder words = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                final int of = random.nextInt(3) == 0 ? random.nextInt(CLASSES) : topic;
                words.append("w")
                        .append(of)
                        .append((char) ('a' + random.nextInt(20)))
                        .append(' ');
            }
            text.wrap(words.toString().getBytes(StandardCharsets.UTF_8));
            label = changed && topic < CLASSES / 3 ? (topic + 1) % (CLASSES / 3) : topic;
            at++;
        }
    }

    private static boolean teach(final DriftAwareClassifier classifier, final Stream stream) {
        final int said = classifier.classify(stream.text, 0, stream.text.capacity());
        classifier.learn(stream.text, 0, stream.text.capacity(), stream.label);
        return said == stream.label;
    }

    /** Right answers among the 500 texts behind the first 300 after the change. */
    private static int rightAfterTheChange(final DriftAwareClassifier classifier, final long seed) {
        final Stream stream = new Stream(seed);
        int right = 0;
        while (stream.at < CHANGE + 800) {
            stream.next(stream.at >= CHANGE);
            right += teach(classifier, stream) && stream.at > CHANGE + 300 ? 1 : 0;
        }
        return right;
    }

    @ParameterizedTest
    @EnumSource(
            value = Reaction.class,
            names = {"ADAPT", "RESET", "CHALLENGER"})
    void aReactionRecoversSooner(final Reaction reaction) {
        final DriftAwareClassifier plain = classifier(DriftPolicy.of(Reaction.NONE));
        final DriftAwareClassifier reacting = classifier(DriftPolicy.of(reaction));

        final int without = rightAfterTheChange(plain, 7);
        final int with = rightAfterTheChange(reacting, 7);

        assertThat(plain.reaction().alarms()).isPositive();
        assertThat(reacting.reaction().reactions()).isEqualTo(1);
        assertThat(with).as("right with %s, without it %d", reaction, without).isGreaterThan(without + 25);
        assertThat(reacting.promotions()).isEqualTo(reaction == Reaction.CHALLENGER ? 1 : 0);
    }

    @Test
    void whatBadLabelsTaughtIsGoneAfterAFallback() {
        final DriftPolicy policy = new DriftPolicy(Reaction.FALLBACK, 1f, 200, 200, 4, 500);
        final DriftAwareClassifier falling = classifier(policy);
        final Stream stream = new Stream(5);
        while (stream.at < CHANGE) {
            stream.next(false);
            teach(falling, stream);
        }
        long learntBefore = 0;
        for (int i = 0; i < 1_000 && falling.fallbacks() == 0; i++) {
            learntBefore = falling.learnt();
            stream.next(true);
            teach(falling, stream);
        }

        assertThat(falling.fallbacks()).isEqualTo(1);
        assertThat(falling.learnt()).as("of the version that it fell back to").isLessThan(learntBefore - 50);
        int right = 0;
        for (int i = 0; i < 300; i++) {
            stream.next(false);
            right += falling.classify(stream.text, 0, stream.text.capacity()) == stream.label ? 1 : 0;
        }
        assertThat(right).as("of 300 with the labels from before").isGreaterThan(240);
    }

    @Test
    void withoutDriftItIsThePlainClassifier() {
        final DriftAwareClassifier watched = classifier(DriftPolicy.of(Reaction.ADAPT));
        final AdaGradSoftmaxClassifier plain = new AdaGradSoftmaxClassifier(CONFIG, new ScalarKernels());
        final Stream stream = new Stream(3);
        while (stream.at < 1_500) {
            stream.next(false);
            teach(watched, stream);
            plain.learn(stream.text, 0, stream.text.capacity(), stream.label);
            assertThat(watched.classify(stream.text, 0, stream.text.capacity()))
                    .isEqualTo(plain.classify(stream.text, 0, stream.text.capacity()));
            assertThat(watched.outOfScopeScore()).isEqualTo(plain.outOfScopeScore());
        }
        assertThat(watched.reaction().alarms()).isZero();
    }

    @Test
    void reactionsAreBoundedInTimeAndNumber() {
        final DriftPolicy policy = new DriftPolicy(Reaction.ADAPT, 3f, 100, 300, 2, 1_000);
        final DriftReaction reaction = new DriftReaction(policy);
        final SplittableRandom random = new SplittableRandom(9);
        long began = Long.MIN_VALUE / 2;
        int begins = 0;
        for (int i = 0; i < 20_000; i++) {
            final double rate = i / 500 % 2 == 0 ? 0.1 : 0.7;
            final DriftReaction.Step step = reaction.add(random.nextDouble() < rate ? 1 : 0);
            if (step == DriftReaction.Step.BEGIN) {
                assertThat(i - began).isGreaterThan(100 + 300);
                began = i;
                begins++;
            }
            if (step == DriftReaction.Step.END) {
                assertThat(i - began).isEqualTo(100);
            }
        }

        assertThat(begins).isEqualTo(2);
        assertThat(reaction.alarms()).as("counted, reacted to or not").isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(Reaction.class)
    void goesOnFromASnapshotInTheMidstOfAReaction(final Reaction reaction, @TempDir final Path folder) {
        final DriftPolicy policy = new DriftPolicy(reaction, 2f, 400, 100, 4, 300);
        final DriftAwareClassifier one = classifier(policy);
        final Stream stream = new Stream(11);
        while (!one.reaction().isReacting() && one.reaction().alarms() == 0) {
            stream.next(stream.at >= 1_500);
            teach(one, stream);
        }
        for (int i = 0; i < 20; i++) {
            stream.next(true);
            teach(one, stream);
        }
        final Path file = folder.resolve("classifier");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            one.save(out);
            out.commit();
        }
        final DriftAwareClassifier other = classifier(policy);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.load(in);
        }

        for (int i = 0; i < 1_200; i++) {
            stream.next(true);
            assertThat(other.digest()).isEqualTo(one.digest());
            assertThat(teach(other, stream)).isEqualTo(teach(one, stream));
        }
        assertThat(other.promotions()).isEqualTo(one.promotions());
    }

    @Test
    void anUnknownReactionIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DriftPolicy.parse("panic"))
                .withMessageContaining("none, adapt, reset, challenger, fallback")
                .withMessageContaining("panic");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DriftPolicy(Reaction.ADAPT, 0f, 1, 1, 1, 1))
                .withMessageContaining("0.0");
    }
}
