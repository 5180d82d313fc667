package io.tagma.perf.models;

import io.tagma.tools.desk.Utterance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** One strict pass over shuffled texts, then the frozen model over others. Used by one thread. */
final class IntentRun {
    static final String DATA = "clinc150";

    private static final double PERCENT = 100;

    private final List<Utterance> train;
    private final List<Utterance> test;
    private final List<String> intents;

    IntentRun(final List<Utterance> train, final List<Utterance> test) {
        this.train = train;
        this.test = test;
        final TreeSet<String> names = new TreeSet<>();
        train.forEach(utterance -> names.add(utterance.intent()));
        intents = List.copyOf(names);
    }

    /** Mean accuracy of so many orders; rate and latency of the last, when all is compiled. */
    Figures run(final String name, final IntFunction<TextLearner> learners, final int orders) {
        double accuracy = 0;
        Figures last = new Figures(name, DATA, 0, 0, 0, 0);
        for (int seed = 1; seed <= orders; seed++) {
            try (TextLearner learner = learners.apply(intents.size())) {
                last = run(name, learner, seed);
            }
            accuracy += last.accuracy() / orders;
        }
        return new Figures(name, DATA, accuracy, last.learnPerS(), last.classifyP50Us(), last.classifyP99Us());
    }

    private Figures run(final String name, final TextLearner learner, final long seed) {
        final List<Utterance> order = new ArrayList<>(train);
        Collections.shuffle(order, new Random(seed));
        final int[] labels = order.stream()
                .mapToInt(utterance -> Collections.binarySearch(intents, utterance.intent()))
                .toArray();
        final Stopwatch stopwatch = new Stopwatch();
        stopwatch.begin();
        for (int i = 0; i < labels.length; i++) {
            learner.learn(order.get(i).text(), labels[i]);
        }
        stopwatch.learnt(labels.length);
        int right = 0;
        for (final Utterance utterance : test) {
            stopwatch.begin();
            final int said = learner.predict(utterance.text());
            stopwatch.predicted();
            right += said >= 0 && intents.get(said).equals(utterance.intent()) ? 1 : 0;
        }
        return stopwatch.figures(name, DATA, PERCENT * right / test.size());
    }
}
