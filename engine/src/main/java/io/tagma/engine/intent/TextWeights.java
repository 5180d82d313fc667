package io.tagma.engine.intent;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.kernel.Kernels;

/**
 * A text as a sparse vector: {@code (1 + ln tf) * idf} of each feature, each block scaled to length 1 / sqrt 3. Owned by its
 * classifier's thread.
 *
 * <p>Features that no learnt text had count into a block's length, so a text made of them leaves the known ones little weight:
 * that is what lowers the probability of what lies out of scope. Salton and Buckley, "Term-weighting approaches", 1988.
 */
final class TextWeights {
    private static final int FREQUENCIES = 64;

    private final Kernels kernels;
    private final FeatureTable table;
    private final TextFeatures features;
    private final int[] slots;
    private final float[] values;
    private final float[] logs;
    private final float[] frequencyWeights = new float[FREQUENCIES];

    TextWeights(final Kernels kernels, final FeatureTable table, final TextFeatures features) {
        this.kernels = kernels;
        this.table = table;
        this.features = features;
        slots = new int[features.capacity()];
        values = new float[features.capacity()];
        logs = new float[features.capacity() + 1];
        for (int tf = 1; tf < FREQUENCIES; tf++) {
            frequencyWeights[tf] = 1f + FloatMath.log(tf);
        }
    }

    /** Looks the features up without changing anything. */
    void find() {
        for (int j = 0; j < features.count(); j++) {
            slots[j] = table.find(features.key(j));
        }
    }

    /** Counts the features' text; returns how many found no room in the table. */
    int count() {
        int refused = 0;
        for (int j = 0; j < features.count(); j++) {
            slots[j] = table.count(features.key(j));
            refused += slots[j] == FeatureTable.MISSING ? 1 : 0;
        }
        return refused;
    }

    /** Computes the values of what was found or counted, after so many learnt texts. */
    void weigh(final long texts) {
        final int count = features.count();
        for (int j = 0; j < count; j++) {
            logs[j] = 1f + (slots[j] == FeatureTable.MISSING ? 0 : table.texts(slots[j]));
        }
        logs[count] = 1f + texts;
        kernels.log(logs, count + 1);
        final float most = logs[count] + 1f;
        for (int j = 0; j < count; j++) {
            values[j] = frequencyWeight(features.frequency(j)) * (most - logs[j]);
        }
        int from = 0;
        for (int block = 0; block < TextFeatures.BLOCKS; block++) {
            final int to = features.blockEnd(block);
            scale(from, to);
            from = to;
        }
    }

    private float frequencyWeight(final int frequency) {
        return frequency < FREQUENCIES ? frequencyWeights[frequency] : 1f + FloatMath.log(frequency);
    }

    private void scale(final int from, final int to) {
        float sum = 0f;
        for (int j = from; j < to; j++) {
            sum = Math.fma(values[j], values[j], sum);
        }
        // An idf is at least 1 here, so an empty block is the only one without length.
        final float factor = from == to ? 0f : 1f / (float) Math.sqrt(sum * TextFeatures.BLOCKS);
        for (int j = from; j < to; j++) {
            values[j] *= factor;
        }
    }

    /** The slot of a feature or {@link FeatureTable#MISSING}. */
    int slot(final int feature) {
        return slots[feature];
    }

    /** The value of a feature, 0 to 1. */
    float value(final int feature) {
        return values[feature];
    }
}
