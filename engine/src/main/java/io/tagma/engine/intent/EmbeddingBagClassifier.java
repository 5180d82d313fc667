package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.model.BagNetwork;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A small neural network over the features that {@link AdaGradSoftmaxClassifier} reads: an embedding bag, a hidden layer and a softmax
 * ({@link BagNetwork}); owned by one thread.
 *
 * <p>It learns some ten times slower than the linear classifier and needs several passes over its examples: it is meant to be taught in
 * the background ({@code TextConsolidation}), though every guarantee of an {@link IntentClassifier} holds for it online. Out of
 * scope is one less the best class's probability. Memory: 512 bytes a feature.
 */
public final class EmbeddingBagClassifier implements IntentClassifier {
    private static final int SIZE = 64;
    private static final float RATE = 0.05f;
    private static final float DROPOUT = 0.6f;
    private static final float SCALE = 1f;
    private static final long DIGEST_START = 0x6261675F6D6C7031L;

    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final IntentCounters counters = new IntentCounters();
    private final TextIntake intake;
    private final TextFeatures features;
    private final FeatureTable table;
    private final TextWeights weights;
    private final BagNetwork network;
    private final int[] ids;
    private final float[] values;
    private final float[] probabilities;
    private final float[] counts;
    private boolean frozen;
    private int rows;
    private int active;
    private long learnt;
    private long digest = DIGEST_START;

    /** A network that knows nothing; seed 1. */
    public EmbeddingBagClassifier(final IntentClassifierConfig config, final Kernels kernels) {
        this(config, kernels, 1);
    }

    /** A network that knows nothing. */
    public EmbeddingBagClassifier(final IntentClassifierConfig config, final Kernels kernels, final long seed) {
        this(config, kernels, seed, config.maxFeatures());
    }

    private EmbeddingBagClassifier(
            final IntentClassifierConfig config, final Kernels kernels, final long seed, final int embedded) {
        this.config = config;
        this.kernels = kernels;
        intake = new TextIntake(config, kernels, counters, GramRange.STANDARD);
        features = intake.features();
        table = intake.table();
        weights = intake.weights();
        network = new BagNetwork(embedded, SIZE, Math.max(2, config.classes()), RATE, DROPOUT, seed);
        ids = new int[features.capacity()];
        values = new float[features.capacity()];
        probabilities = new float[config.classes()];
        counts = new float[config.classes()];
    }

    private void activate(final boolean learning) {
        weights.weigh(learnt);
        active = 0;
        for (int j = 0; j < features.count(); j++) {
            final int slot = weights.slot(j);
            if (slot == FeatureTable.MISSING) {
                continue;
            }
            if (table.row(slot) == FeatureTable.NO_ROW && learning) {
                table.assignRow(slot, rows++);
            }
            if (table.row(slot) != FeatureTable.NO_ROW) {
                ids[active] = table.row(slot);
                values[active++] = SCALE * weights.value(j);
            }
        }
    }

    private void score() {
        activate(false);
        network.predict(ids, values, active);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // NONE is the one object of its kind
    public int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        intake.look(text, offset, length);
        score();
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = network.probability(c);
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
        float best = 0f;
        for (int c = 0; c < probabilities.length; c++) {
            best = c == config.outOfScopeClass() ? best : Math.max(best, network.probability(c));
        }
        return 1f - best;
    }

    @Override
    public boolean learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (frozen) {
            counters.add(IntentCounters.REJECTED, 1);
            return false;
        }
        if (!intake.learn(text, offset, length, intent)) {
            return false;
        }
        learnt++;
        activate(true);
        network.learn(ids, values, active, intent);
        note(text, offset, length, intent);
        intake.show(learnt, rows);
        return true;
    }

    private void note(final DirectBuffer text, final int offset, final int length, final int intent) {
        // All that is learnt follows from the texts and labels in their order.
        long hash = digest + intent;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ text.getByte(offset + i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        digest = TextFeatures.mix(hash);
    }

    @Override
    public int classes() {
        return config.classes();
    }

    @Override
    public long learnt() {
        return learnt;
    }

    @Override
    public long digest() {
        return digest;
    }

    /** By leaving each feature out in turn: the drop of the intent's probability. */
    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
        intake.explain(text, offset, length);
        score();
        final float whole = network.probability(intent);
        final List<FeatureWeight> all = new ArrayList<>();
        int at = 0;
        for (int j = 0; j < features.count(); j++) {
            final int slot = weights.slot(j);
            if (slot == FeatureTable.MISSING || table.row(slot) == FeatureTable.NO_ROW) {
                continue;
            }
            final float value = values[at];
            values[at] = 0f;
            network.predict(ids, values, active);
            values[at++] = value;
            final float drop = whole - network.probability(intent);
            all.add(new FeatureWeight(features.kind(j), features.text(j), value, value == 0f ? 0f : drop / value));
        }
        network.predict(ids, values, active);
        return TextIntake.strongest(all, limit);
    }

    @Override
    public IntentCounters counters() {
        return counters;
    }

    @Override
    public void save(final SnapshotWriter out) {
        out.putLong(learnt);
        out.putLong(digest);
        out.putInt(rows);
        table.save(out);
        network.write(out);
    }

    @Override
    public void load(final SnapshotReader in) {
        learnt = in.getLong();
        digest = in.getLong();
        rows = in.getInt();
        table.load(in);
        network.read(in);
        intake.show(learnt, rows);
    }

    /** Writes what its answers depend on, without what only learning needs: some 270 bytes a feature. */
    void saveFrozen(final SnapshotWriter out) {
        out.putInt(rows);
        out.putLong(learnt);
        out.putLong(digest);
        table.save(out);
        network.writeAnswers(out, rows);
    }

    /** Reads what {@link #saveFrozen} wrote: it answers as the other did, and learns nothing any more. */
    static EmbeddingBagClassifier frozen(
            final IntentClassifierConfig config, final Kernels kernels, final SnapshotReader in) {
        final int embedded = in.getInt();
        final EmbeddingBagClassifier read = new EmbeddingBagClassifier(config, kernels, 0, Math.max(1, embedded));
        read.rows = embedded;
        read.learnt = in.getLong();
        read.digest = in.getLong();
        read.table.load(in);
        read.network.readAnswers(in, embedded);
        read.frozen = true;
        return read;
    }
}
