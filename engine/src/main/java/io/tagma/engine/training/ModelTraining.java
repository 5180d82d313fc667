package io.tagma.engine.training;

import io.tagma.engine.model.HookChain;
import java.util.List;
import java.util.stream.Stream;

/**
 * How one model is trained. Immutable.
 *
 * @param frozen whether it learns nothing
 * @param rate what its learning rate is multiplied with
 * @param version of its weights, 0 before the first promotion
 * @param kept its newest versions, the newest last, at most {@value #MOST_KEPT}
 * @param hooks around it
 */
record ModelTraining(boolean frozen, float rate, int version, List<KeptWeights> kept, HookChain hooks) {
    static final int MOST_KEPT = 4;

    /** As a model begins. */
    static final ModelTraining FRESH = new ModelTraining(false, 1f, 0, List.of(), HookChain.NONE);

    ModelTraining frozen(final boolean now) {
        return new ModelTraining(now, rate, version, kept, hooks);
    }

    ModelTraining rate(final float now) {
        return new ModelTraining(frozen, now, version, kept, hooks);
    }

    /** The next version, with these weights; the oldest kept makes room. */
    ModelTraining promoted(final float[] weights) {
        final int next = kept.isEmpty() ? version + 1 : kept.getLast().version() + 1;
        final List<KeptWeights> left = kept.size() < MOST_KEPT ? kept : kept.subList(1, kept.size());
        return new ModelTraining(
                frozen,
                rate,
                next,
                Stream.concat(left.stream(), Stream.of(new KeptWeights(next, weights.clone())))
                        .toList(),
                hooks);
    }

    ModelTraining version(final int now) {
        return new ModelTraining(frozen, rate, now, kept, hooks);
    }

    ModelTraining hooks(final HookChain now) {
        return new ModelTraining(frozen, rate, version, kept, now);
    }

    /** A version's weights, not to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
    record KeptWeights(int version, float[] weights) {}
}
