package io.tagma.tools.eval;

import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnlineModel;
import org.agrona.concurrent.NanoClock;

/**
 * Tests, then trains, strictly in order (Gama, Sebastiao and Rodrigues, "On evaluating stream learning algorithms", Machine Learning 90,
 * 2013). Used by one thread.
 */
final class Prequential {
    /** Told of each prediction, before its label is revealed. */
    interface Observer {
        void predicted(int event, int label, float[] probabilities);
    }

    private final LabelledStream stream;
    private final NanoClock clock;

    Prequential(final LabelledStream stream, final NanoClock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /** Accuracy of saying the last label again, 0 to 1; class 0 is said of the first example. */
    double noChange() {
        final float[] features = new float[stream.schema().inputs().size()];
        stream.restart();
        int last = 0;
        int right = 0;
        while (stream.next(features)) {
            final int label = stream.label();
            right += label == last ? 1 : 0;
            last = label;
        }
        return right / (double) stream.events();
    }

    /** Runs a fresh model of a type over the whole stream. */
    PrequentialScore score(final ModelType type, final long seed, final double noChange, final Observer observer) {
        final OnlineModel model = type.create(stream.schema(), seed);
        final int classes = stream.schema().classes().size();
        final float[] features = new float[stream.schema().inputs().size()];
        final float[] probabilities = new float[classes];
        final long[][] confusion = new long[classes][classes];
        long predictNs = 0;
        long learnNs = 0;
        stream.restart();
        for (int event = 0; stream.next(features); event++) {
            final long begun = clock.nanoTime();
            final int said = model.predict(features, probabilities);
            predictNs += clock.nanoTime() - begun;
            observer.predicted(event, said, probabilities);
            final int label = stream.label();
            confusion[label][said]++;
            final long learning = clock.nanoTime();
            model.learn(features, label);
            learnNs += clock.nanoTime() - learning;
        }
        final double events = stream.events();
        final double accuracy = agreement(confusion) / events;
        return new PrequentialScore(
                type.name(),
                accuracy,
                beyond(accuracy, chance(confusion, events)),
                beyond(accuracy, noChange),
                predictNs / events,
                learnNs / events);
    }

    private static double agreement(final long[][] confusion) {
        long right = 0;
        for (int c = 0; c < confusion.length; c++) {
            right += confusion[c][c];
        }
        return right;
    }

    /** What would be right by chance, were predictions independent of labels. */
    private static double chance(final long[][] confusion, final double events) {
        double sum = 0;
        for (int c = 0; c < confusion.length; c++) {
            long labels = 0;
            long said = 0;
            for (int other = 0; other < confusion.length; other++) {
                labels += confusion[c][other];
                said += confusion[other][c];
            }
            sum += labels / events * (said / events);
        }
        return sum;
    }

    /** 1 for all right, 0 for as good as the reference, below 0 for worse; 0 where the reference is always right. */
    private static double beyond(final double accuracy, final double reference) {
        return reference >= 1 ? 0 : (accuracy - reference) / (1 - reference);
    }
}
