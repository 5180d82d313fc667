package io.tagma.perf.models;

import io.tagma.tools.eval.LabelledStream;

/** Tests, then trains, on each example in the order of time. Used by one thread. */
final class ElectricityRun {
    static final String DATA = "electricity";

    private static final double PERCENT = 100;

    private final LabelledStream stream;

    ElectricityRun(final LabelledStream stream) {
        this.stream = stream;
    }

    Figures run(final String name, final StreamLearner learner) {
        final Stopwatch stopwatch = new Stopwatch();
        final float[] features = new float[stream.schema().inputs().size()];
        int right = 0;
        int events = 0;
        stream.restart();
        while (stream.next(features)) {
            stopwatch.begin();
            final int said = learner.predict(features);
            stopwatch.predicted();
            final int label = stream.label();
            right += said == label ? 1 : 0;
            stopwatch.begin();
            learner.learn(features, label);
            stopwatch.learnt(1);
            events++;
        }
        return stopwatch.figures(name, DATA, PERCENT * right / events);
    }

    /** What saying the last label again would have. */
    double noChange() {
        final float[] features = new float[stream.schema().inputs().size()];
        int right = 0;
        int events = 0;
        int last = 0;
        stream.restart();
        while (stream.next(features)) {
            final int label = stream.label();
            right += label == last ? 1 : 0;
            last = label;
            events++;
        }
        return PERCENT * right / events;
    }
}
