package io.tagma.engine.training;

import io.tagma.engine.model.AdjustableModel;
import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypeCheck;
import io.tagma.engine.model.ModelTypes;
import io.tagma.engine.model.OnlineModel;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * A model of any type that notices when its labels have come to mean something else, and reacts by policy, as {@link
 * DriftAwareClassifier} does for texts. Owned by one thread.
 *
 * <p>Each example is predicted before it is learnt: the error goes to a {@link DriftReaction}. A quicker rate is the model's own where it
 * has one ({@link AdjustableModel}), else each example is learnt as many times over. Steps are forgotten where the model can do that;
 * a model that cannot begins anew. Challenger and fallback keep a second model. Beginning a reaction, and keeping a stable version,
 * allocate; nothing else does.
 */
public final class DriftAwareModel implements OnlineModel {
    /** How a type of such models is written. */
    public static final String USAGE = "drift-aware:TYPE:POLICY";

    private static final int VERSION = 1;
    private static final ModelTypes TYPES = within(ModelTypes.builtIn());

    private final Type type;
    private final DriftSwitch<Taught> drift;
    private final float[] said;

    private DriftAwareModel(final Type type, final ModelSchema schema, final long seed) {
        this.type = type;
        this.drift = new DriftSwitch<>(
                DriftPolicy.parse(type.policy()), new TaughtHandle(), () -> new Taught(type.inner(), schema, seed));
        this.said = new float[schema.classes().size()];
    }

    /** The built-in types, and each of them with a reaction to drift. */
    public static ModelTypes types() {
        return TYPES;
    }

    /** Some types, and each of them with a reaction to drift: {@code drift-aware:softmax-adagrad:reset}. */
    public static ModelTypes within(final ModelTypes types) {
        return types.with(USAGE, (all, parameters) -> {
            final int colon = parameters.lastIndexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("'drift-aware:" + parameters + "' is written: " + USAGE
                        + ", the policy one of none, adapt, reset, challenger, fallback");
            }
            return new Type(all.get(parameters.substring(0, colon)), parameters.substring(colon + 1));
        });
    }

    /** One that reacts by {@code policy}, a {@link DriftPolicy}'s name. */
    private record Type(ModelType inner, String policy) implements ModelType {
        Type {
            DriftPolicy.parse(policy);
        }

        @Override
        public String name() {
            return "drift-aware:" + inner.name() + ":" + policy;
        }

        @Override
        public int version() {
            return 100 * VERSION + inner.version();
        }

        @Override
        public String source() {
            return inner.source() + "; watched by Page, Biometrika 41, 1954 and Hinkley, Biometrika 58, 1971";
        }

        @Override
        public OnlineModel create(final ModelSchema schema, final long seed) {
            return new DriftAwareModel(this, schema, seed);
        }
    }

    /** A model and how quickly it is to learn. */
    private static final class Taught {
        private final ModelType type;
        private final long seed;
        private OnlineModel model;
        private float rate = 1f;

        Taught(final ModelType type, final ModelSchema schema, final long seed) {
            this.type = type;
            this.seed = seed;
            this.model = type.create(schema, seed);
        }

        void rate(final float factor) {
            rate = factor;
            if (model instanceof final AdjustableModel adjustable) {
                adjustable.rate(factor);
            }
        }

        void learn(final float[] features, final int label) {
            final int times = model instanceof AdjustableModel ? 1 : Math.round(rate);
            for (int i = 0; i < times; i++) {
                model.learn(features, label);
            }
        }
    }

    private static final class TaughtHandle implements DriftSwitch.Handle<Taught> {
        @Override
        public void rate(final Taught learner, final float factor) {
            learner.rate(factor);
        }

        @Override
        public void forgetSteps(final Taught learner) {
            if (learner.model instanceof final AdjustableModel adjustable) {
                adjustable.forgetSteps();
            } else {
                learner.model = learner.type.create(learner.model.schema(), learner.seed);
            }
        }

        @Override
        public void forgetExamples(final Taught learner) {
            // These models keep none that they would learn again.
        }

        @Override
        public void takeOver(final Taught learner, final Taught from) {
            ModelTypeCheck.restore(from.model, learner.model);
            learner.rate(from.rate);
        }
    }

    @Override
    public ModelSchema schema() {
        return drift.active().model.schema();
    }

    @Override
    public int predict(final float[] features, final float[] probabilities) {
        return drift.active().model.predict(features, probabilities);
    }

    @Override
    public void learn(final float[] features, final int label) {
        if (label < 0 || label >= said.length) {
            drift.active().model.learn(features, label); // says what is wrong with it
            return;
        }
        final boolean right = predict(features, said) == label;
        drift.answered(right);
        drift.active().learn(features, label);
        final Taught challenger = drift.challenger();
        if (challenger != null) {
            final boolean better = challenger.model.predict(features, said) == label;
            challenger.learn(features, label);
            drift.compared(right, better);
        }
    }

    @Override
    public void explain(final float[] features, final int label, final float[] contributions) {
        drift.active().model.explain(features, label, contributions);
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
    public void write(final SnapshotWriter out) {
        out.mark(type.name().hashCode());
        out.mark(type.version());
        drift.write(out, (taught, to) -> taught.model.write(to));
    }

    @Override
    public void read(final SnapshotReader in) {
        in.expect(type.name().hashCode());
        in.expect(type.version());
        drift.read(in, (taught, from) -> taught.model.read(from));
    }
}
