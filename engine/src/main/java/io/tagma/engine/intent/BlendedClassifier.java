package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Several classifiers whose probabilities are averaged; owned by one shard's thread.
 *
 * <p>Each learns every text. Out of scope is the mean of what they say of it. Counters and explanations are the first one's.
 */
public final class BlendedClassifier implements IntentClassifier {
    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final List<IntentClassifier> members;
    private final float[] probabilities;
    private final float[] counts;
    private float outOfScope;

    /**
     * A blend.
     *
     * @param members at least one, all configured like {@code config}
     */
    public BlendedClassifier(
            final IntentClassifierConfig config,
            final Kernels kernels,
            final List<? extends IntentClassifier> members) {
        if (members.isEmpty() || members.stream().anyMatch(member -> member.classes() != config.classes())) {
            throw new IllegalArgumentException("a blend has at least one member, all with " + config.classes()
                    + " classes: "
                    + members.stream().map(IntentClassifier::classes).toList());
        }
        this.config = config;
        this.kernels = kernels;
        this.members = List.copyOf(members);
        this.probabilities = new float[config.classes()];
        this.counts = new float[config.classes()];
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // NONE is the one object of its kind
    public int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        final float share = 1f / members.size();
        java.util.Arrays.fill(probabilities, 0f);
        outOfScope = 0f;
        for (int m = 0; m < members.size(); m++) {
            final IntentClassifier member = members.get(m);
            member.classify(text, offset, length, IntentPrior.NONE);
            for (int c = 0; c < probabilities.length; c++) {
                probabilities[c] = Math.fma(share, member.probability(c), probabilities[c]);
            }
            outOfScope = Math.fma(share, member.outOfScopeScore(), outOfScope);
        }
        if (prior != IntentPrior.NONE && config.priorWeight() > 0f) {
            Blending.applyPrior(kernels, config, prior, probabilities, counts);
        }
        return Blending.best(probabilities);
    }

    @Override
    public float probability(final int intent) {
        return probabilities[intent];
    }

    @Override
    public float outOfScopeScore() {
        return outOfScope;
    }

    @Override
    public boolean learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        boolean learnt = true;
        for (int m = 0; m < members.size(); m++) {
            learnt &= members.get(m).learn(text, offset, length, intent);
        }
        return learnt;
    }

    @Override
    public int classes() {
        return config.classes();
    }

    @Override
    public long learnt() {
        return members.getFirst().learnt();
    }

    @Override
    public long digest() {
        long digest = 0;
        for (int m = 0; m < members.size(); m++) {
            digest = TextFeatures.mix(digest + members.get(m).digest() + 1);
        }
        return digest;
    }

    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
        return members.getFirst().explain(text, offset, length, intent, limit);
    }

    @Override
    public IntentCounters counters() {
        return members.getFirst().counters();
    }

    @Override
    public void save(final SnapshotWriter out) {
        out.mark(members.size());
        members.forEach(member -> member.save(out));
    }

    @Override
    public void load(final SnapshotReader in) {
        in.expect(members.size());
        members.forEach(member -> member.load(in));
    }
}
