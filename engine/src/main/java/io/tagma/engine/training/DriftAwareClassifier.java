package io.tagma.engine.training;

import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.AdjustableClassifier;
import io.tagma.engine.intent.FeatureWeight;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentCounters;
import io.tagma.engine.intent.IntentPrior;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/**
 * A classifier that notices when its labels have come to mean something else, and reacts by policy; owned by one shard's thread.
 *
 * <p>Each text is classified before it is learnt, by the text alone: the error goes to a {@link DriftReaction}. That doubles what
 * learning costs. Challenger and fallback keep a second classifier; beginning either, and keeping a stable version, copies one into
 * the other on the shard's thread: about 120 MB where 100,000 features of 150 classes were learnt.
 */
public final class DriftAwareClassifier implements IntentClassifier {
    private static final DriftSwitch.Handle<AdjustableClassifier> HANDLE = new DriftSwitch.Handle<>() {
        @Override
        public void rate(final AdjustableClassifier learner, final float factor) {
            learner.rate(factor);
        }

        @Override
        public void forgetSteps(final AdjustableClassifier learner) {
            learner.forgetSteps();
        }

        @Override
        public void forgetExamples(final AdjustableClassifier learner) {
            learner.forgetTexts();
        }

        @Override
        public void takeOver(final AdjustableClassifier learner, final AdjustableClassifier from) {
            learner.takeOver(from);
        }
    };

    private final DriftSwitch<AdjustableClassifier> drift;

    /**
     * A classifier that has learnt nothing.
     *
     * @param policy what is done
     * @param factory of classifiers that are configured alike; asked for one, or for two where the policy needs a second
     */
    public DriftAwareClassifier(final DriftPolicy policy, final Supplier<? extends AdjustableClassifier> factory) {
        this.drift = new DriftSwitch<>(policy, HANDLE, factory);
    }

    @Override
    public boolean learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (intent < 0 || intent >= classes()) {
            return drift.active().learn(text, offset, length, intent); // refused and counted there
        }
        final boolean right = drift.active().classify(text, offset, length) == intent;
        drift.answered(right);
        drift.active().learn(text, offset, length, intent);
        final AdjustableClassifier challenger = drift.challenger();
        if (challenger != null) {
            final boolean better = challenger.classify(text, offset, length) == intent;
            challenger.learn(text, offset, length, intent);
            drift.compared(right, better);
        }
        return true;
    }

    @Override
    public int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        return drift.active().classify(text, offset, length, prior);
    }

    @Override
    public float probability(final int intent) {
        return drift.active().probability(intent);
    }

    @Override
    public float outOfScopeScore() {
        return drift.active().outOfScopeScore();
    }

    @Override
    public int classes() {
        return drift.active().classes();
    }

    @Override
    public long learnt() {
        return drift.active().learnt();
    }

    @Override
    public long digest() {
        final long own = drift.active().digest() + Subjects.mix(drift.reaction().digest() + 1);
        final AdjustableClassifier kept = drift.kept();
        return kept == null ? own : own + Subjects.mix(kept.digest() + 2);
    }

    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
        return drift.active().explain(text, offset, length, intent, limit);
    }

    /** Of the classifier that answers now; after a challenger has won, those of the challenger. */
    @Override
    public IntentCounters counters() {
        return drift.active().counters();
    }

    /** When it reacted. */
    public DriftReaction reaction() {
        return drift.reaction();
    }

    /** Challengers that took over. */
    public long promotions() {
        return drift.promotions();
    }

    /** Returns to a stable version. */
    public long fallbacks() {
        return drift.fallbacks();
    }

    @Override
    public void save(final SnapshotWriter out) {
        drift.write(out, AdjustableClassifier::save);
    }

    @Override
    public void load(final SnapshotReader in) {
        drift.read(in, AdjustableClassifier::load);
    }
}
