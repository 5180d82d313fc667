package io.tagma.engine.model;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Holds a model type to what {@link OnlineModel} promises, on a seeded stream of three classes over four inputs, one of which is
 * missing at times. Stateless.
 */
public final class ModelTypeCheck {
    private static final ModelSchema PROBE =
            new ModelSchema(List.of("first", "second", "third", "missing"), List.of("a", "b", "c"));
    private static final int EXAMPLES = 300;
    private static final float TOLERANCE = 1e-3f;

    private ModelTypeCheck() {}

    /** What is wrong with a type, or nothing; whatever the type throws is passed on. */
    public static String fault(final ModelType type) {
        if (type.name() == null || !type.name().matches("[a-z][a-z0-9-]*")) {
            return "its name is lower case letters, digits and dashes, not '" + type.name() + "'";
        }
        if (type.version() < 1) {
            return "'" + type.name() + "' has version " + type.version() + "; versions begin at 1";
        }
        final OnlineModel one = type.create(PROBE, 7);
        if (one == null || !PROBE.equals(one.schema())) {
            return "'" + type.name() + "' makes models of another schema than it was asked for: "
                    + (one == null ? "none" : one.schema());
        }
        final OnlineModel other = type.create(PROBE, 7);
        final String early = compare(one, other, 1, EXAMPLES);
        if (!early.isEmpty()) {
            return "'" + type.name() + "' " + early;
        }
        final OnlineModel restored = type.create(PROBE, 8);
        restore(one, restored);
        final String late = compare(one, restored, 2, EXAMPLES);
        return late.isEmpty() ? "" : "'" + type.name() + "', read from its snapshot, " + late;
    }

    private static String compare(final OnlineModel one, final OnlineModel other, final long seed, final int examples) {
        final SeededRandom random = new SeededRandom(seed);
        final float[] features = new float[4];
        final float[] first = new float[3];
        final float[] second = new float[3];
        final float[] why = new float[4];
        for (int i = 0; i < examples; i++) {
            final int label = random.nextInt(3);
            features[0] = (float) (label + random.nextDouble());
            features[1] = (float) random.nextDouble();
            features[2] = 1f;
            features[3] = random.nextInt(9) == 0 ? Float.NaN : (float) -label;
            final int best = one.predict(features, first);
            final String wrong = probabilities(best, first);
            if (!wrong.isEmpty()) {
                return wrong;
            }
            if (other.predict(features, second) != best || !Arrays.equals(first, second)) {
                return "is not deterministic: after " + i + " examples two models of one seed say "
                        + Arrays.toString(first) + " and " + Arrays.toString(second);
            }
            one.learn(features, label);
            other.explain(features, label, why); // whoever asks in between must not change what comes
            other.learn(features, label);
        }
        return "";
    }

    private static String probabilities(final int best, final float[] said) {
        float sum = 0f;
        for (final float probability : said) {
            sum += probability;
            if (!(probability >= 0f && probability <= 1f)) {
                return "gives what are no probabilities: " + Arrays.toString(said);
            }
        }
        if (Math.abs(sum - 1f) > TOLERANCE || best < 0 || best >= said.length || said[best] < max(said)) {
            return "gives probabilities that do not sum to 1, or names another class than the likeliest: " + best
                    + " of " + Arrays.toString(said);
        }
        return "";
    }

    private static float max(final float[] values) {
        float most = values[0];
        for (final float value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    /** Makes one model what another of its type and shape is, by way of a snapshot. */
    public static void restore(final OnlineModel from, final OnlineModel to) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Path name = Path.of("model");
        try (SnapshotWriter out = SnapshotWriter.to(new SnapshotInfo(name, 0, 0, 0, 0), Channels.newChannel(bytes))) {
            from.write(out);
            out.commit();
        }
        try (SnapshotReader in =
                SnapshotReader.from(name, Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())))) {
            to.read(in);
        }
    }
}
