package io.tagma.tools.eval;

import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.training.TextConsolidation;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agrona.concurrent.NanoClock;

/** A text classifier's worth: taught in one strict pass, and consolidated in the background. Used by one thread. */
final class TextStudy {
    private final TextSet train;
    private final List<TextSet.Item> eval;
    private final List<TextSet.Item> outside;
    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final NanoClock clock;

    TextStudy(
            final TextSet train,
            final List<TextSet.Item> eval,
            final List<TextSet.Item> outside,
            final IntentClassifierConfig config,
            final Kernels kernels,
            final NanoClock clock) {
        this.train = train;
        this.eval = eval;
        this.outside = outside;
        this.config = config;
        this.kernels = kernels;
        this.clock = clock;
    }

    /**
     * What a frozen classifier was worth; shares 0 to 1, NaN where there were no out-of-scope texts.
     *
     * @param accuracy in scope
     * @param auroc of the out-of-scope score
     * @param recall of out-of-scope texts at the in-scope accuracy asked for
     * @param classifyNs median of a classification
     * @param learntPerSecond while it was taught
     */
    record Worth(double accuracy, double auroc, double recall, double classifyNs, double learntPerSecond) {}

    /** One strict pass in a random order. */
    Worth onePass(final long seed, final double inScope) {
        final IntentClassifier classifier = new AdaGradSoftmaxClassifier(config, kernels);
        final long begun = clock.nanoTime();
        for (final TextSet.Item item : train.shuffled(seed)) {
            classifier.learn(item.text(), 0, item.text().capacity(), item.label());
        }
        return worth(classifier, train.items().size() * 1e9 / (clock.nanoTime() - begun), inScope);
    }

    /** Several passes, off the scoring path. */
    Worth consolidated(final int passes, final int networks, final long seed, final double inScope)
            throws InterruptedException {
        final TextConsolidation consolidation = new TextConsolidation(config, kernels, passes, networks, seed);
        for (final TextSet.Item item : train.items()) {
            consolidation.keep(item.text(), 0, item.text().capacity(), item.label());
        }
        final int workers =
                Math.max(1, Math.min(networks + 1, Runtime.getRuntime().availableProcessors()));
        final long begun = clock.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            final IntentClassifier blend = consolidation.consolidate(pool);
            return worth(blend, train.items().size() * 1e9 / (clock.nanoTime() - begun), inScope);
        }
    }

    private Worth worth(final IntentClassifier classifier, final double learntPerSecond, final double inScope) {
        final float[] inside = new float[eval.size()];
        final boolean[] right = new boolean[eval.size()];
        final long[] took = new long[eval.size()];
        int count = 0;
        for (int i = 0; i < inside.length; i++) {
            final TextSet.Item item = eval.get(i);
            final long begun = clock.nanoTime();
            final int said = classifier.classify(item.text(), 0, item.text().capacity());
            took[i] = clock.nanoTime() - begun;
            right[i] = said == item.label();
            inside[i] = classifier.outOfScopeScore();
            count += right[i] ? 1 : 0;
        }
        final float[] strange = new float[outside.size()];
        for (int i = 0; i < strange.length; i++) {
            final TextSet.Item item = outside.get(i);
            classifier.classify(item.text(), 0, item.text().capacity());
            strange[i] = classifier.outOfScopeScore();
        }
        Arrays.sort(took);
        final ScopeCurve curve = new ScopeCurve(inside, right, strange);
        final boolean none = strange.length == 0;
        return new Worth(
                count / (double) inside.length,
                none ? Double.NaN : curve.auroc(),
                none ? Double.NaN : curve.recallAt(inScope),
                took[took.length / 2],
                learntPerSecond);
    }
}
