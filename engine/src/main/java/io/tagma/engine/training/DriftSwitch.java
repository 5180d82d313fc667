package io.tagma.engine.training;

import io.tagma.engine.training.DriftPolicy.Reaction;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which learner answers while a policy reacts to drift, whatever it learns from: the one, or a challenger that has won, or as it was
 * when it was stable. Owned by the learners' thread.
 *
 * @param <T> the learner
 */
final class DriftSwitch<T> {
    private static final double ALPHA = 0.01;

    private final DriftReaction reaction;
    private final SequentialTest test = new SequentialTest(ALPHA);
    private final Handle<T> handle;
    private T active;
    private @Nullable T second;
    private boolean secondHolds;
    private long promotions;
    private long fallbacks;
    private float rate = 1f;

    /**
     * What can be done to a learner.
     *
     * @param <T> the learner
     */
    interface Handle<T> {
        /** Multiplies its learning rate from now on. */
        void rate(T learner, float factor);

        /** It moves again like a new one, and keeps what it knows as far as its kind can. */
        void forgetSteps(T learner);

        /** What it keeps to be learnt again is forgotten. */
        void forgetExamples(T learner);

        /** The first becomes the same as the second. */
        void takeOver(T learner, T from);
    }

    /**
     * A switch over learners that have learnt nothing.
     *
     * @param factory asked for one, or for two where the policy needs a second
     */
    DriftSwitch(final DriftPolicy policy, final Handle<T> handle, final Supplier<? extends T> factory) {
        this.reaction = new DriftReaction(policy);
        this.handle = handle;
        this.active = factory.get();
        this.second = policy.reaction() == Reaction.CHALLENGER || policy.reaction() == Reaction.FALLBACK
                ? factory.get()
                : null;
    }

    /** Before an example is learnt: whether the answer to it was right. May change who is active. */
    void answered(final boolean right) {
        switch (reaction.add(right ? 0 : 1)) {
            case BEGIN -> begin();
            case END -> end();
            case KEEP -> keep();
            case GO_ON -> {}
        }
    }

    private void begin() {
        switch (reaction.policy().reaction()) {
            case ADAPT -> learnAnew(active, false);
            case RESET -> learnAnew(active, true);
            case CHALLENGER -> {
                final T challenger = keep();
                learnAnew(challenger, true);
                test.restart();
            }
            case FALLBACK -> {
                if (secondHolds && second != null) {
                    handle.takeOver(active, second);
                    fallbacks++;
                }
            }
            case NONE -> {}
        }
    }

    private void learnAnew(final T learner, final boolean steps) {
        if (steps) {
            handle.forgetSteps(learner);
        }
        handle.forgetExamples(learner);
        rate = reaction.policy().rate();
        handle.rate(learner, rate);
    }

    private void end() {
        rate = 1f;
        handle.rate(active, rate);
        if (reaction.policy().reaction() == Reaction.CHALLENGER) {
            secondHolds = false;
        }
    }

    private T keep() {
        final T copy = second;
        if (copy == null) {
            throw new IllegalStateException("the policy " + reaction.policy() + " keeps no second learner");
        }
        handle.takeOver(copy, active);
        secondHolds = true;
        return copy;
    }

    /** Who is to be asked and taught the present example beside the active one; null where nobody is. */
    @Nullable
    T challenger() {
        return secondHolds && reaction.isReacting() && reaction.policy().reaction() == Reaction.CHALLENGER
                ? second
                : null;
    }

    /** Both have answered the present example; the challenger may become the active one. */
    void compared(final boolean activeRight, final boolean challengerRight) {
        final T challenger = second;
        if (challenger != null && test.paired(activeRight, challengerRight) == SequentialTest.Verdict.PROMOTE) {
            second = active;
            active = challenger;
            secondHolds = false; // its quicker steps stay until the reaction's time is over
            promotions++;
        }
    }

    /** Who answers. */
    T active() {
        return active;
    }

    /** The other one where it is of any use: the challenger or the stable version. */
    @Nullable
    T kept() {
        return secondHolds ? second : null;
    }

    DriftReaction reaction() {
        return reaction;
    }

    long promotions() {
        return promotions;
    }

    long fallbacks() {
        return fallbacks;
    }

    void write(final SnapshotWriter out, final BiConsumer<T, SnapshotWriter> save) {
        reaction.write(out);
        test.write(out);
        out.putLong(promotions);
        out.putLong(fallbacks);
        out.putFloat(rate);
        save.accept(active, out);
        final T other = kept();
        out.putInt(other == null ? 0 : 1);
        if (other != null) {
            save.accept(other, out);
        }
    }

    void read(final SnapshotReader in, final BiConsumer<T, SnapshotReader> load) {
        reaction.read(in);
        test.read(in);
        promotions = in.getLong();
        fallbacks = in.getLong();
        rate = in.getFloat();
        load.accept(active, in);
        secondHolds = in.getInt() != 0;
        final boolean challenged = secondHolds && reaction.policy().reaction() == Reaction.CHALLENGER;
        if (secondHolds && second != null) {
            load.accept(second, in);
            handle.rate(second, challenged ? rate : 1f);
        }
        handle.rate(active, challenged ? 1f : rate);
    }
}
