package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import java.util.Comparator;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;

/**
 * From a text's bytes to its features in the table: to be classified they are looked up, to be learnt they are counted. What every
 * classifier over these features does before its own part begins. Owned by the classifier's thread.
 */
final class TextIntake {
    private final IntentClassifierConfig config;
    private final IntentCounters counters;
    private final TextReader reader;
    private final TextFeatures features;
    private final FeatureTable table;
    private final TextWeights weights;
    private final SpellingCorrector corrector;
    private final LongHashSet leading;
    private final LongHashSet trailing;

    TextIntake(
            final IntentClassifierConfig config,
            final Kernels kernels,
            final IntentCounters counters,
            final GramRange grams) {
        this.config = config;
        this.counters = counters;
        reader = new TextReader(config.maxTextBytes());
        features = new TextFeatures(reader, config.maxTextBytes(), grams);
        table = new FeatureTable(config.maxFeatures());
        weights = new TextWeights(kernels, table, features);
        corrector = new SpellingCorrector(reader, table);
        leading = Courtesies.keys(config.courtesies().leading());
        trailing = Courtesies.keys(config.courtesies().trailing());
    }

    /** The features of the last text. */
    TextFeatures features() {
        return features;
    }

    /** Every feature that was ever learnt. */
    FeatureTable table() {
        return table;
    }

    /** Where the last text's features are in the table, and what they weigh. */
    TextWeights weights() {
        return weights;
    }

    /** Reads a text to be classified: its words corrected where that is wanted, its features looked up. */
    void look(final DirectBuffer text, final int offset, final int length) {
        counters.add(IntentCounters.CLASSIFIED, 1);
        explain(text, offset, length);
    }

    /** The same without counting it. */
    void explain(final DirectBuffer text, final int offset, final int length) {
        read(text, offset, length);
        if (config.correctSpelling()) {
            corrector.correct();
        }
        features.extract();
        weights.find();
    }

    /** Reads a text to be learnt and counts its features; false where its label is none of the classes, and then nothing was read. */
    boolean learn(final DirectBuffer text, final int offset, final int length, final int label) {
        if (label < 0 || label >= config.classes()) {
            counters.add(IntentCounters.REJECTED, 1);
            return false;
        }
        read(text, offset, length);
        features.extract();
        final int refused = weights.count();
        if (refused > 0) {
            counters.add(IntentCounters.TABLE_FULL, refused);
        }
        return true;
    }

    /** Reads a text once more that was learnt before: its features are looked up and not counted again. */
    void again(final DirectBuffer text, final int offset, final int length) {
        reader.read(text, offset, length);
        reader.strip(leading, trailing);
        features.extract();
        weights.find();
    }

    private void read(final DirectBuffer text, final int offset, final int length) {
        reader.read(text, offset, length);
        reader.strip(leading, trailing);
        if (reader.truncated()) {
            counters.add(IntentCounters.TRUNCATED, 1);
        }
        if (reader.malformed()) {
            counters.add(IntentCounters.MALFORMED, 1);
        }
    }

    /** Shows how much has been learnt. */
    void show(final long learnt, final int rows) {
        counters.set(IntentCounters.LEARNT, learnt);
        counters.set(IntentCounters.FEATURES, table.features());
        counters.set(IntentCounters.ROWS, rows);
    }

    /** The features that contribute most, at most so many. */
    static List<FeatureWeight> strongest(final List<FeatureWeight> all, final int limit) {
        all.sort(Comparator.comparingDouble(FeatureWeight::contribution).reversed());
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
