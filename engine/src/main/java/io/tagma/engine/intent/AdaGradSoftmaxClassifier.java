package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.WeightTable;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Multinomial logistic regression over hashed words, word pairs and character runs, taught one text at a time by AdaGrad; owned by one
 * shard's thread.
 *
 * <p>A step takes the text's features, counts them, weighs them ({@link TextWeights}), scores every class and moves the
 * weights against the gradient of the log loss, with a learning rate of its own for each (feature, class). Gradients under a floor
 * are dropped: of 150 classes four remain, the others' vectors are not even read.
 *
 * <p>Out of scope is {@code 1 - p * s}: p is the best class's probability by the text alone, s the share of the text's squared
 * length whose weight for that class is positive. The first sees confusion among classes, the second a text that fits no class but for
 * a few telling characters.
 */
public final class AdaGradSoftmaxClassifier implements AdjustableClassifier {
    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final IntentCounters counters = new IntentCounters();
    private final TextIntake intake;
    private final TextFeatures features;
    private final FeatureTable table;
    private final TextWeights weights;
    private final WeightTable rows;
    private final WeightDigest rowDigest;
    private final RehearsalMemory memory;
    private final int[] activeRows;
    private final float[] activeValues;
    private final float[] scores;
    private final float[] byText;
    private final float[] probabilities;
    private final float[] counts;
    private final int[] movedClasses;
    private int active;
    private long learnt;
    private float rate = 1f;

    /** Creates an untrained classifier; all memory but the rows' own pages is taken here. */
    public AdaGradSoftmaxClassifier(final IntentClassifierConfig config, final Kernels kernels) {
        this(config, kernels, GramRange.STANDARD);
    }

    /** The same over other runs of characters: for studies, since journals and snapshots do not note the range. */
    public AdaGradSoftmaxClassifier(final IntentClassifierConfig config, final Kernels kernels, final GramRange grams) {
        this.config = config;
        this.kernels = kernels;
        intake = new TextIntake(config, kernels, counters, grams);
        features = intake.features();
        table = intake.table();
        weights = intake.weights();
        rows = new WeightTable(config.classes(), config.maxFeatures());
        rowDigest = new WeightDigest(rows);
        memory = new RehearsalMemory(config.classes(), config.rehearsalPerClass());
        activeRows = new int[features.capacity()];
        activeValues = new float[features.capacity()];
        scores = new float[rows.stride()];
        byText = new float[rows.stride()];
        probabilities = new float[rows.stride()];
        counts = new float[config.classes()];
        movedClasses = new int[config.classes()];
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // NONE is the one object of its kind, and saves a pass over the classes
    public int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        intake.look(text, offset, length);
        score();
        System.arraycopy(byText, 0, probabilities, 0, config.classes());
        if (prior != IntentPrior.NONE && config.priorWeight() > 0f) {
            applyPrior(prior);
        }
        return best(probabilities, IntentClassifierConfig.NO_CLASS);
    }

    /** From features looked up to scores and the probabilities by the text alone. */
    private void score() {
        weights.weigh(learnt);
        active = 0;
        for (int j = 0; j < features.count(); j++) {
            final int slot = weights.slot(j);
            if (slot != FeatureTable.MISSING && table.row(slot) != FeatureTable.NO_ROW) {
                activate(table.row(slot), j);
            }
        }
        kernels.sparseScores(rows, activeRows, activeValues, active, scores);
        System.arraycopy(scores, 0, byText, 0, config.classes());
        kernels.softmax(byText, config.classes());
    }

    private void activate(final int row, final int feature) {
        activeRows[active] = row;
        activeValues[active++] = weights.value(feature);
    }

    /** Bayes: scores are log likelihoods up to a constant, and so are smoothed counts log priors. */
    private void applyPrior(final IntentPrior prior) {
        final int classes = config.classes();
        for (int c = 0; c < classes; c++) {
            final float count = prior.count(c);
            counts[c] = (count > 0f ? count : 0f) + config.priorSmoothing();
        }
        kernels.log(counts, classes);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = Math.fma(config.priorWeight(), counts[c], scores[c]);
        }
        kernels.softmax(probabilities, classes);
    }

    private int best(final float[] of, final int except) {
        int best = except == 0 && config.classes() > 1 ? 1 : 0;
        for (int c = best + 1; c < config.classes(); c++) {
            if (of[c] > of[best] && c != except) {
                best = c;
            }
        }
        return best;
    }

    @Override
    public float probability(final int intent) {
        return probabilities[intent];
    }

    @Override
    public float outOfScopeScore() {
        final int best = best(byText, config.outOfScopeClass());
        float share = 0f;
        for (int j = 0; j < active; j++) {
            if (rows.weight(activeRows[j], best) > 0f) {
                share = Math.fma(activeValues[j], activeValues[j], share);
            }
        }
        return Math.max(0f, Math.fma(-byText[best], share, 1f));
    }

    @Override
    public boolean learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (!intake.learn(text, offset, length, intent)) {
            return false;
        }
        learnt++;
        step(intent);
        rehearse(intent);
        memory.remember(text, offset, length, intent);
        intake.show(learnt, rows.rows());
        return true;
    }

    private void rehearse(final int label) {
        final int remembered = memory.draw(label);
        if (remembered != RehearsalMemory.NOTHING) {
            intake.again(memory.buffer(), memory.offset(remembered), memory.length(remembered));
            step(memory.label(remembered));
            counters.add(IntentCounters.REHEARSED, 1);
        }
    }

    private void step(final int intent) {
        score();
        final int moved = gradient(intent);
        if (moved == 0) {
            return;
        }
        active = 0;
        for (int j = 0; j < features.count(); j++) {
            final int row = rowOf(weights.slot(j));
            if (row != FeatureTable.NO_ROW) {
                activate(row, j);
            }
        }
        rowDigest.takeOut(activeRows, active, movedClasses, moved);
        kernels.sparseAdaGrad(rows, activeRows, activeValues, active, byText, rate * config.eta(), config.epsilon());
        rowDigest.putIn(activeRows, active, movedClasses, moved);
    }

    /** Turns probabilities into gradients of the log loss by the scores, in place; returns how many reach the floor. */
    private int gradient(final int intent) {
        byText[intent] -= 1f;
        int moved = 0;
        for (int c = 0; c < config.classes(); c++) {
            if (Math.abs(byText[c]) >= config.gradientFloor()) {
                movedClasses[moved++] = c;
            } else {
                byText[c] = 0f;
            }
        }
        return moved;
    }

    /** The weight row of a feature, given to it now if it has none. There are no fewer rows than features. */
    private int rowOf(final int slot) {
        if (slot == FeatureTable.MISSING) {
            return FeatureTable.NO_ROW;
        }
        final int row = table.row(slot);
        if (row != FeatureTable.NO_ROW) {
            return row;
        }
        final int added = rows.addRow();
        table.assignRow(slot, added);
        return added;
    }

    @Override
    public void rate(final float factor) {
        rate = factor;
    }

    @Override
    public void forgetSteps() {
        rows.clearAccumulators();
        rowDigest.recompute();
    }

    @Override
    public void forgetTexts() {
        memory.clear();
    }

    @Override
    public void takeOver(final AdjustableClassifier from) {
        if (!(from instanceof final AdaGradSoftmaxClassifier other) || !other.config.equals(config)) {
            throw new IllegalArgumentException("a classifier takes over from one that is configured alike");
        }
        learnt = other.learnt;
        rate = other.rate;
        table.copy(other.table);
        rows.copy(other.rows);
        rowDigest.copy(other.rowDigest);
        memory.copy(other.memory);
        intake.show(learnt, rows.rows());
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
        return rowDigest.value() + table.digest() + memory.digest() + TextFeatures.mix(learnt + 1);
    }

    @Override
    public List<FeatureWeight> explain(
            final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
        intake.explain(text, offset, length);
        score();
        final List<FeatureWeight> all = new ArrayList<>();
        for (int j = 0; j < features.count(); j++) {
            final int slot = weights.slot(j);
            if (slot != FeatureTable.MISSING && table.row(slot) != FeatureTable.NO_ROW) {
                final float weight = rows.weight(table.row(slot), intent);
                all.add(new FeatureWeight(features.kind(j), features.text(j), weights.value(j), weight));
            }
        }
        return TextIntake.strongest(all, limit);
    }

    @Override
    public IntentCounters counters() {
        return counters;
    }

    @Override
    public void save(final SnapshotWriter out) {
        out.putLong(learnt);
        table.save(out);
        out.putInt(rows.rows());
        out.putMemory(rows.address(0), rows.bytes());
        rowDigest.save(out);
        memory.save(out);
    }

    @Override
    public void load(final SnapshotReader in) {
        learnt = in.getLong();
        table.load(in);
        final int count = in.getInt();
        for (int i = 0; i < count; i++) {
            rows.addRow();
        }
        in.getMemory(rows.address(0), rows.bytes());
        rows.reloaded();
        rowDigest.load(in);
        memory.load(in);
        intake.show(learnt, rows.rows());
    }
}
