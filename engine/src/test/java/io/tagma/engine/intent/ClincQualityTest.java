package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.intent.Clinc.Utterance;
import io.tagma.engine.kernel.KernelsProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the classifier is worth on real utterances: floors just under what was measured. */
class ClincQualityTest {
    private static final int INTENTS = 150;
    private static final int USERS = 200;

    private List<Utterance> train = List.of();
    private List<Utterance> test = List.of();
    private List<Utterance> strange = List.of();

    @BeforeEach
    void read() {
        final Clinc clinc = Clinc.orSkip();
        train = clinc.read("train");
        test = clinc.read("test");
        strange = clinc.read("oos_test");
    }

    private static IntentClassifier classifier(final String kernels) {
        return new AdaGradSoftmaxClassifier(
                IntentClassifierConfig.of(INTENTS),
                KernelsProvider.select(kernels).kernels());
    }

    private List<Utterance> shuffled(final long seed) {
        final List<Utterance> order = new ArrayList<>(train);
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    private static IntentClassifier taught(final List<Utterance> order) {
        final IntentClassifier classifier = classifier("auto");
        order.forEach(utterance -> utterance.teach(classifier));
        return classifier;
    }

    private double accuracy(final IntentClassifier classifier) {
        int right = 0;
        for (final Utterance utterance : test) {
            right += utterance.classify(classifier, IntentPrior.NONE) == utterance.intent() ? 1 : 0;
        }
        return 100.0 * right / test.size();
    }

    private static float[] strangeness(final IntentClassifier classifier, final List<Utterance> utterances) {
        final float[] scores = new float[utterances.size()];
        for (int i = 0; i < scores.length; i++) {
            utterances.get(i).classify(classifier, IntentPrior.NONE);
            scores[i] = classifier.outOfScopeScore();
        }
        return scores;
    }

    @Test
    void onePassOverFiveOrders() {
        double accuracy = 0;
        double auroc = 0;
        for (int seed = 1; seed <= 5; seed++) {
            final IntentClassifier classifier = taught(shuffled(seed));
            accuracy += accuracy(classifier) / 5;
            auroc += Clinc.auroc(strangeness(classifier, strange), strangeness(classifier, test)) / 5;
        }

        assertThat(accuracy).as("in-scope accuracy, mean of 5 orders, %%").isGreaterThan(92.7);
        assertThat(auroc)
                .as("out-of-scope AUROC without an example of it, mean of 5 orders, %%")
                .isGreaterThan(96.4);
    }

    @Test
    void aStreamSortedByLabelIsLearntToo() {
        assertThat(accuracy(taught(train))).as("accuracy in file order, %%").isGreaterThan(88.0);
    }

    @Test
    void aUsersPastHelps() {
        final int[][] fans = fans(6, new SplittableRandom(7));
        final SplittableRandom random = new SplittableRandom(8);
        final float[][] counts = new float[USERS][INTENTS];
        final IntentClassifier classifier = classifier("auto");
        for (final Utterance utterance : shuffled(1)) {
            utterance.teach(classifier);
            counts[user(utterance.intent(), fans, random)][utterance.intent()]++;
        }
        int right = 0;
        for (final Utterance utterance : test) {
            final float[] past = counts[user(utterance.intent(), fans, random)];
            right += utterance.classify(classifier, intent -> past[intent]) == utterance.intent() ? 1 : 0;
        }

        assertThat(100.0 * right / test.size() - accuracy(classifier))
                .as("points gained")
                .isGreaterThan(3.5);
    }

    /** For each intent the users who favour it, when each of them favours so many. */
    private static int[][] fans(final int favourites, final SplittableRandom random) {
        final List<List<Integer>> fans = new ArrayList<>();
        for (int intent = 0; intent < INTENTS; intent++) {
            fans.add(new ArrayList<>());
        }
        for (int user = 0; user < USERS; user++) {
            final int name = user;
            random.ints(0, INTENTS)
                    .distinct()
                    .limit(favourites)
                    .forEach(intent -> fans.get(intent).add(name));
        }
        return fans.stream()
                .map(users -> users.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /** Nine times of ten one of the intent's fans, else anybody. */
    private static int user(final int intent, final int[][] fans, final SplittableRandom random) {
        final int[] those = fans[intent];
        return those.length > 0 && random.nextInt(10) < 9 ? those[random.nextInt(those.length)] : random.nextInt(USERS);
    }

    @Test
    void scalarAndVectorKernelsComeToTheSameState() {
        final IntentClassifier scalar = classifier("scalar");
        final IntentClassifier vector = classifier("vector");
        for (final Utterance utterance : shuffled(3).subList(0, 2_000)) {
            utterance.teach(scalar);
            utterance.teach(vector);
            assertThat(vector.digest()).isEqualTo(scalar.digest());
        }
        for (final Utterance utterance : test.subList(0, 500)) {
            assertThat(utterance.classify(vector, IntentPrior.NONE))
                    .isEqualTo(utterance.classify(scalar, IntentPrior.NONE));
            assertThat(vector.outOfScopeScore()).isEqualTo(scalar.outOfScopeScore());
        }
    }

    @Test
    void anExplanationNamesWhatTellsTheIntent() {
        final IntentClassifier classifier = taught(shuffled(1));
        final Utterance utterance = test.getFirst();
        final int intent = utterance.classify(classifier, IntentPrior.NONE);

        final List<FeatureWeight> features =
                classifier.explain(utterance.text(), 0, utterance.text().capacity(), intent, 10);

        assertThat(features).hasSize(10).allMatch(feature -> feature.contribution() > 0f);
    }
}
