package io.tagma.tools.checklist;

import io.tagma.engine.intent.Courtesies;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.intent.IntentModels;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.tools.desk.Utterance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;

/** The classifier under test, taught in one pass over shuffled texts. Used by one thread. */
final class Subject implements TestedModel {
    private final List<String> intents;
    private final IntentClassifier classifier;

    /** The classifier that reads texts as they stand: no spelling is corrected, no courtesy passed over. */
    static final String LITERAL = IntentModels.ADAGRAD_SOFTMAX + "-literal";

    /**
     * Teaches a classifier.
     *
     * @param model one of {@link #models}
     */
    Subject(final String model, final List<Utterance> train, final long seed) {
        final TreeSet<String> names = new TreeSet<>();
        train.forEach(utterance -> names.add(utterance.intent()));
        intents = List.copyOf(names);
        classifier = new IntentModels()
                .create(
                        LITERAL.equals(model) ? IntentModels.ADAGRAD_SOFTMAX : model,
                        config(model, intents.size()),
                        KernelsProvider.select("auto").kernels());
        final List<Utterance> order = new ArrayList<>(train);
        Collections.shuffle(order, new Random(seed));
        for (final Utterance utterance : order) {
            final UnsafeBuffer text = bytes(utterance.text());
            classifier.learn(text, 0, text.capacity(), intents.indexOf(utterance.intent()));
        }
    }

    private static IntentClassifierConfig config(final String model, final int intents) {
        final IntentClassifierConfig config = IntentClassifierConfig.of(intents);
        return LITERAL.equals(model) ? config.withSpelling(false).withCourtesies(Courtesies.NONE) : config;
    }

    /** Names of what can be tested. */
    static Set<String> models() {
        final Set<String> models = new TreeSet<>(new IntentModels().names());
        models.add(LITERAL);
        return models;
    }

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> intents() {
        return intents;
    }

    @Override
    public int classify(final String text) {
        final UnsafeBuffer bytes = bytes(text);
        return classifier.classify(bytes, 0, bytes.capacity());
    }

    @Override
    public float probability(final int intent) {
        return classifier.probability(intent);
    }
}
