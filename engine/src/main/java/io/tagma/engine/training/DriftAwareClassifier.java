package io.tagma.engine.training;

import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.AdjustableClassifier;
import io.tagma.engine.intent.FeatureWeight;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentCounters;
import io.tagma.engine.intent.IntentPrior;
import io.tagma.engine.training.DriftPolicy.Reaction;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A classifier that notices when its labels have come to mean something else, and reacts by policy; owned by one shard's thread.
 *
 * <p>Each text is classified before it is learnt, by the text alone: the error goes to a {@link DriftReaction}. That doubles what
 * learning costs. Challenger and fallback keep a second classifier; beginning either, and keeping a stable version, copies one into
 * the other on the shard's thread: about 120 MB where 100,000 features of 150 classes were learnt.
 */
public final class DriftAwareClassifier implements IntentClassifier {
    private static final double ALPHA = 0.01;

    private final DriftReaction reaction;
    private final SequentialTest test = new SequentialTest(ALPHA);
    private AdjustableClassifier active;
    private @Nullable AdjustableClassifier second;
    private boolean secondHolds;
    private long promotions;
    private long fallbacks;
    private float rate = 1f;

    /**
     * A classifier that has learnt nothing.
     *
     * @param policy what is done
     * @param factory of classifiers that are configured alike; asked for one, or for two where the policy needs a second
     */
    public DriftAwareClassifier(final DriftPolicy policy, final Supplier<? extends AdjustableClassifier> factory) {
        this.reaction = new DriftReaction(policy);
        this.active = factory.get();
        this.second = policy.reaction() == Reaction.CHALLENGER || policy.reaction() == Reaction.FALLBACK
                ? factory.get()
                : null;
    }

    @Override
    public boolean learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (intent < 0 || intent >= classes()) {
            return active.learn(text, offset, length, intent); // refused and counted there
        }
        final boolean right = active.classify(text, offset, length) == intent;
        switch (reaction.add(right ? 0 : 1)) {
            case BEGIN -> begin();
            case END -> end();
            case KEEP -> keep();
            case GO_ON -> {}
        }
        active.learn(text, offset, length, intent);
        if (reaction.isReacting() && reaction.policy().reaction() == Reaction.CHALLENGER) {
            challenge(text, offset, length, intent, right);
        }
        return true;
    }

    private void begin() {
        switch (reaction.policy().reaction()) {
            case ADAPT -> learnAnew(active, false);
            case RESET -> learnAnew(active, true);
            case CHALLENGER -> {
                final AdjustableClassifier challenger = keep();
                learnAnew(challenger, true);
                test.restart();
            }
            case FALLBACK -> {
                if (secondHolds && second != null) {
                    active.takeOver(second);
                    fallbacks++;
                }
            }
            case NONE -> {}
        }
    }

    private void learnAnew(final AdjustableClassifier classifier, final boolean steps) {
        if (steps) {
            classifier.forgetSteps();
        }
        classifier.forgetTexts();
        rate = reaction.policy().rate();
        classifier.rate(rate);
    }

    private void end() {
        rate = 1f;
        active.rate(rate);
        if (reaction.policy().reaction() == Reaction.CHALLENGER) {
            secondHolds = false;
        }
    }

    private AdjustableClassifier keep() {
        final AdjustableClassifier copy = second;
        if (copy == null) {
            throw new IllegalStateException("the policy " + reaction.policy() + " keeps no second classifier");
        }
        copy.takeOver(active);
        secondHolds = true;
        return copy;
    }

    private void challenge(
            final DirectBuffer text, final int offset, final int length, final int intent, final boolean right) {
        final AdjustableClassifier challenger = second;
        if (challenger == null || !secondHolds) {
            return;
        }
        final boolean better = challenger.classify(text, offset, length) == intent;
        challenger.learn(text, offset, length, intent);
        if (test.paired(right, better) == SequentialTest.Verdict.PROMOTE) {
            second = active;
            active = challenger;
            secondHolds = false; // its quicker steps stay until the reaction's time is over
            promotions++;
        }
    }

    @Override
    public int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        return active.classify(text, offset, length, prior);
    }

    @Override
    public float probability(final int intent) {
        return active.probability(intent);
    }

    @Override
    public float outOfScopeScore() {
        return active.outOfScopeScore();
    }

    @Override
    public int classes() {
        return active.classes();
    }

    @Override
    public long learnt() {
        return active.learnt();
    }

    @Override
    public long digest() {
        final long own = active.digest() + Subjects.mix(reaction.digest() + 1);
        return secondHolds && second != null ? own + Subjects.mix(second.digest() + 2) : own;
    }

    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
        return active.explain(text, offset, length, intent, limit);
    }

    /** Of the classifier that answers now; after a challenger has won, those of the challenger. */
    @Override
    public IntentCounters counters() {
        return active.counters();
    }

    /** When it reacted. */
    public DriftReaction reaction() {
        return reaction;
    }

    /** Challengers that took over. */
    public long promotions() {
        return promotions;
    }

    /** Returns to a stable version. */
    public long fallbacks() {
        return fallbacks;
    }

    @Override
    public void save(final SnapshotWriter out) {
        reaction.write(out);
        test.write(out);
        out.putLong(promotions);
        out.putLong(fallbacks);
        out.putFloat(rate);
        active.save(out);
        out.putInt(secondHolds ? 1 : 0);
        if (secondHolds && second != null) {
            second.save(out);
        }
    }

    @Override
    public void load(final SnapshotReader in) {
        reaction.read(in);
        test.read(in);
        promotions = in.getLong();
        fallbacks = in.getLong();
        rate = in.getFloat();
        active.load(in);
        secondHolds = in.getInt() != 0;
        final boolean challenged = secondHolds && reaction.policy().reaction() == Reaction.CHALLENGER;
        if (secondHolds && second != null) {
            second.load(in);
            second.rate(challenged ? rate : 1f);
        }
        active.rate(challenged ? 1f : rate);
    }
}
