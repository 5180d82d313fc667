package io.tagma.engine.model;

import java.util.List;

/**
 * Three classes over five inputs, whose rule changes on demand; seeded. Input 0 decides alone, input 1 helps, the others are noise,
 * and every so often a value is missing.
 */
final class DriftingStream {
    static final ModelSchema SCHEMA =
            new ModelSchema(List.of("deciding", "helping", "noise", "wide noise", "constant"), List.of("a", "b", "c"));

    final float[] features = new float[5];
    int label;

    private final SeededRandom random;
    private final boolean missing;
    private int shift;

    DriftingStream(final long seed, final boolean missing) {
        random = new SeededRandom(seed);
        this.missing = missing;
    }

    /** From now on the classes have changed places. */
    void drift() {
        shift++;
    }

    void next() {
        final int region = random.nextInt(3);
        label = (region + shift) % 3;
        features[0] = (float) (region + 0.6 * (random.nextDouble() - 0.5));
        features[1] = (float) (0.5 * region * region + random.nextDouble());
        features[2] = (float) random.nextDouble();
        features[3] = (float) (1e4 * random.nextDouble() - 3e4);
        features[4] = 42;
        if (missing && random.nextInt(50) == 0) {
            features[random.nextInt(5)] = random.nextInt(2) == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
        }
    }
}
