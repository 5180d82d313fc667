package io.tagma.engine.intent;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.store.ProfileRow;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An {@link IntentClassifier} in the light of the subject's past intents, which lie as counts in its profile row; owned by one shard's
 * thread.
 *
 * <pre>
 *  row:  0            firstCount                firstCount + classes
 *       +------------+-------------------------+--------------
 *       |  features  | count of each intent    |  features
 *       +------------+-------------------------+--------------
 * </pre>
 *
 * <p>The counts are the scenario's to keep: this class reads them only.
 */
public final class RowTextModel implements TextModel {
    private final IntentClassifier classifier;
    private final RowPrior prior;
    private final @Nullable TextHooks hookable;
    private @Nullable HookedText hooked;
    private int intent;

    /**
     * Creates the model.
     *
     * @param classifier what reads the text
     * @param firstCount index in the row of the count of intent 0; the row's dimension must be {@code firstCount + classes} or more
     */
    public RowTextModel(final IntentClassifier classifier, final int firstCount) {
        this(classifier, firstCount, null);
    }

    /**
     * Creates a model that takes hooks.
     *
     * @param hookable what hooks are made of, configured like the classifier; null for none
     */
    public RowTextModel(final IntentClassifier classifier, final int firstCount, final @Nullable TextHooks hookable) {
        if (firstCount < 0) {
            throw new IllegalArgumentException("firstCount must be an index in the row, 0 or more: " + firstCount);
        }
        this.classifier = classifier;
        this.prior = new RowPrior(firstCount);
        this.hookable = hookable;
    }

    @Override
    public int classify(final DirectBuffer text, final int offset, final int length, final ProfileRow row) {
        prior.row = row;
        final HookedText around = hooked;
        intent = around == null
                ? classifier.classify(text, offset, length, prior)
                : around.classify(text, offset, length, prior);
        return intent;
    }

    @Override
    public float probability() {
        final HookedText around = hooked;
        return around == null ? classifier.probability(intent) : around.probability(intent);
    }

    @Override
    public float outOfScope() {
        final HookedText around = hooked;
        return around == null ? classifier.outOfScopeScore() : around.outOfScopeScore();
    }

    @Override
    public void learn(final DirectBuffer text, final int offset, final int length, final int trueIntent) {
        classifier.learn(text, offset, length, trueIntent);
        final HookedText around = hooked;
        if (around != null) {
            around.learn(text, offset, length, trueIntent);
        }
    }

    @Override
    public LiveHook hook(final String name, final String spec, final Path published) {
        final TextHooks factory = hookable;
        return factory == null ? TextModel.super.hook(name, spec, published) : factory.make(name, spec, published);
    }

    @Override
    public void hooks(final HookChain chain) {
        final TextHooks factory = hookable;
        hooked = chain.isEmpty() || factory == null ? null : factory.around(classifier, chain);
    }

    @Override
    public long digest() {
        return classifier.digest();
    }

    @Override
    public void save(final SnapshotWriter out) {
        classifier.save(out);
    }

    @Override
    public void load(final SnapshotReader in) {
        classifier.load(in);
    }

    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int forIntent, final int limit) {
        return classifier.explain(text, offset, length, forIntent, limit);
    }

    /** What reads the text: for explanations and counters. */
    public IntentClassifier classifier() {
        return classifier;
    }

    /** Aimed at the row of the subject in hand before each classification. */
    private static final class RowPrior implements IntentPrior {
        private final int firstCount;
        private @Nullable ProfileRow row;

        RowPrior(final int firstCount) {
            this.firstCount = firstCount;
        }

        @Override
        public float count(final int intent) {
            final ProfileRow aimed = row;
            return aimed == null ? 0f : aimed.get(firstCount + intent);
        }
    }
}
