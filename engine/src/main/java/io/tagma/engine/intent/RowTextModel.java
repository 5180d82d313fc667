package io.tagma.engine.intent;

import io.tagma.store.ProfileRow;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
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
    private int intent;

    /**
     * Creates the model.
     *
     * @param classifier what reads the text
     * @param firstCount index in the row of the count of intent 0; the row's dimension must be {@code firstCount + classes} or more
     */
    public RowTextModel(final IntentClassifier classifier, final int firstCount) {
        if (firstCount < 0) {
            throw new IllegalArgumentException("firstCount must be an index in the row, 0 or more: " + firstCount);
        }
        this.classifier = classifier;
        this.prior = new RowPrior(firstCount);
    }

    @Override
    public int classify(final DirectBuffer text, final int offset, final int length, final ProfileRow row) {
        prior.row = row;
        intent = classifier.classify(text, offset, length, prior);
        return intent;
    }

    @Override
    public float probability() {
        return classifier.probability(intent);
    }

    @Override
    public float outOfScope() {
        return classifier.outOfScopeScore();
    }

    @Override
    public void learn(final DirectBuffer text, final int offset, final int length, final int trueIntent) {
        classifier.learn(text, offset, length, trueIntent);
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
