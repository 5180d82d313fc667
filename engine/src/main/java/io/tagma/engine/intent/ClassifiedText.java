package io.tagma.engine.intent;

import io.tagma.store.ProfileRow;
import java.util.List;
import java.util.function.LongPredicate;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A classifier as the shard sees it, with the subject's row as its prior: the row's first floats, one for each intent, are how
 * often the subject asked for it. Owned by one shard's thread.
 */
public final class ClassifiedText implements TextModel {
    private final IntentClassifier classifier;
    private final LongPredicate hasPast;
    private final RowCounts counts = new RowCounts();
    private int intent;

    /**
     * Wraps a classifier.
     *
     * @param hasPast whether a subject's row counts its intents; a subject without a past is classified by its text alone
     */
    public ClassifiedText(final IntentClassifier classifier, final LongPredicate hasPast) {
        this.classifier = classifier;
        this.hasPast = hasPast;
    }

    @Override
    public int classify(final DirectBuffer text, final int offset, final int length, final ProfileRow row) {
        counts.row = row;
        final boolean past = hasPast.test(row.subject());
        intent = classifier.classify(text, offset, length, past ? counts : IntentPrior.NONE);
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
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int forIntent, final int limit) {
        return classifier.explain(text, offset, length, forIntent, limit);
    }

    /** The subject's past, read in place from the row at hand. */
    private static final class RowCounts implements IntentPrior {
        private @Nullable ProfileRow row;

        @Override
        public float count(final int wanted) {
            final ProfileRow at = row;
            return at != null && wanted < at.dimension() ? at.get(wanted) : 0f;
        }
    }
}
