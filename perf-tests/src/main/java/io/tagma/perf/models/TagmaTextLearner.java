package io.tagma.perf.models;

import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.intent.IntentModels;
import io.tagma.engine.kernel.KernelsProvider;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Tagma's classifier of intents. The text's bytes are taken from the string within the time that is measured. */
final class TagmaTextLearner implements TextLearner {
    private final IntentClassifier classifier;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[0]);

    TagmaTextLearner(final int classes) {
        classifier = new IntentModels()
                .create(
                        IntentModels.ADAGRAD_SOFTMAX,
                        IntentClassifierConfig.of(classes),
                        KernelsProvider.select("auto").kernels());
    }

    @Override
    public int predict(final String text) {
        bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
        return classifier.classify(bytes, 0, bytes.capacity());
    }

    @Override
    public void learn(final String text, final int label) {
        bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
        classifier.learn(bytes, 0, bytes.capacity(), label);
    }
}
