package io.tagma.tools.fraud;

import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.engine.training.TrainingCommand;
import java.util.List;

/** A model over the base features that may take another's place. Owned by the shard's thread. */
interface Contender {
    /** What a rate's factor is written behind. */
    String RATE = "rate=";

    /** Log-odds of fraud for the base features of a frame. */
    float score(float[] frame, int offset);

    /** Learns how a frame turned out, with its own rate multiplied by a factor. */
    void learn(float[] frame, int offset, float label, float factor);

    /** Says what each base feature of the frame does. */
    void explain(float[] frame, Explanation explanation);

    /**
     * Checks how a contender is written.
     *
     * @param spec a {@link ModelType}'s name, or {@code rate=FACTOR} for the single model with another learning rate
     * @throws IllegalArgumentException that says what there is
     */
    static void check(final String spec) {
        if (spec.startsWith(RATE)) {
            rate(spec);
        } else {
            type(spec);
        }
    }

    /** Whether a contender's state grows: it lies beside the memory then, which orders to models do not reach. */
    static boolean grows(final String spec) {
        return !spec.startsWith(RATE) && PackedModel.length(type(spec), schema()) == PackedModel.NONE;
    }

    /** The contender of a spec over what a context gives to keep it in. */
    static Contender of(final String spec, final AgentContext context) {
        if (spec.startsWith(RATE)) {
            return new LogisticContender(context.memory(OnlineLogistic.MEMORY_LENGTH), rate(spec));
        }
        final ModelType type = type(spec);
        final int floats = PackedModel.length(type, schema());
        return new TypedContender(
                floats == PackedModel.NONE
                        ? context.kept(KeptModel.class, () -> new KeptModel(type, schema()))
                        : new PackedModel(type, schema(), context.memory(floats)));
    }

    private static ModelSchema schema() {
        return new ModelSchema(FraudFeatures.BASE_NAMES, List.of("honest", "fraud"));
    }

    private static ModelType type(final String spec) {
        try {
            return DriftAwareModel.types().get(spec);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; or " + RATE + "FACTOR, e.g. rate=0.3", e);
        }
    }

    private static float rate(final String spec) {
        final String text = spec.substring(RATE.length());
        try {
            final float factor = Float.parseFloat(text);
            if (factor >= 1 / TrainingCommand.MOST_RATE && factor <= TrainingCommand.MOST_RATE) {
                return factor;
            }
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("'" + spec + "': '" + text + "' is no number, e.g. rate=0.3", e);
        }
        throw new IllegalArgumentException("a rate's factor is from " + 1 / TrainingCommand.MOST_RATE + " to "
                + TrainingCommand.MOST_RATE + ": " + text);
    }
}
