package io.tagma.tools.eval;

import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.training.DriftAwareClassifier;
import io.tagma.engine.training.DriftPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A stream of texts in mid-way of which some labels change places, under each policy. Used by one thread.
 *
 * <p>From the middle on, a share of the classes, drawn at random, is rotated: what was labelled as one of them is now labelled as the
 * next. Each text is classified before it is learnt.
 */
final class DriftStudy {
    static final int WINDOW = 1_000;

    private final TextSet texts;
    private final Kernels kernels;
    private final double share;

    DriftStudy(final TextSet texts, final Kernels kernels, final double share) {
        this.texts = texts;
        this.kernels = kernels;
        this.share = share;
    }

    /**
     * What one run showed; accuracies 0 to 1.
     *
     * @param before over the last 1,000 texts before the change
     * @param first over the first 1,000 after it
     * @param second over the next 1,000
     * @param third over the rest
     * @param delay texts from the change to the alarm, -1 for none
     * @param falseAlarms before the change
     * @param reactions of the policy
     */
    record Result(
            double before, double first, double second, double third, int delay, long falseAlarms, int reactions) {}

    /** The least texts that a run takes. */
    static int leastTexts() {
        return 6 * WINDOW;
    }

    /** Runs one policy over one order of the texts. */
    Result run(final DriftPolicy policy, final long seed) {
        final IntentClassifierConfig config = IntentClassifierConfig.of(texts.classes());
        final DriftAwareClassifier classifier =
                new DriftAwareClassifier(policy, () -> new AdaGradSoftmaxClassifier(config, kernels));
        final List<TextSet.Item> order = texts.shuffled(seed);
        final int change = order.size() / 2;
        final int[] map = rotation(seed);
        final int[] right = new int[4];
        int delay = -1;
        long falseAlarms = 0;
        for (int i = 0; i < order.size(); i++) {
            final TextSet.Item item = order.get(i);
            final int label = i < change ? item.label() : map[item.label()];
            final int said = classifier.classify(item.text(), 0, item.text().capacity());
            final int window = window(i - change);
            if (window >= 0 && said == label) {
                right[window]++;
            }
            final long alarms = classifier.reaction().alarms();
            classifier.learn(item.text(), 0, item.text().capacity(), label);
            if (classifier.reaction().alarms() > alarms) {
                falseAlarms += i < change ? 1 : 0;
                delay = i >= change && delay < 0 ? i - change + 1 : delay;
            }
        }
        return new Result(
                right[0] / (double) WINDOW,
                right[1] / (double) WINDOW,
                right[2] / (double) WINDOW,
                right[3] / (double) Math.max(1, order.size() - change - 2 * WINDOW),
                delay,
                falseAlarms,
                classifier.reaction().reactions());
    }

    private static int window(final int sinceChange) {
        return sinceChange < -WINDOW ? -1 : sinceChange < 0 ? 0 : Math.min(3, 1 + sinceChange / WINDOW);
    }

    private int[] rotation(final long seed) {
        final int[] map = new int[texts.classes()];
        final List<Integer> classes = new ArrayList<>();
        for (int c = 0; c < map.length; c++) {
            map[c] = c;
            classes.add(c);
        }
        Collections.shuffle(classes, new Random(seed ^ 0x64726966L));
        final int rotated = (int) Math.round(share * map.length);
        for (int i = 0; i < rotated; i++) {
            map[classes.get(i)] = classes.get((i + 1) % rotated);
        }
        return map;
    }
}
