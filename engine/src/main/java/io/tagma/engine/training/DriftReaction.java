package io.tagma.engine.training;

import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.model.DriftDetector;
import io.tagma.engine.model.PageHinkley;
import io.tagma.engine.training.DriftPolicy.Reaction;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Says when to react to drift, from the losses of one model: an alarm begins a reaction, which lasts and is followed by a rest, both
 * counted in examples. Owned by its model's thread; allocates nothing once made.
 *
 * <p>Losses are watched by Page and Hinkley's test at the settings whose delay and false alarms are measured: an error of .2 that
 * becomes .4 is found after some 100 examples, and 100 streams of 10,000 without a change give no alarm.
 */
public final class DriftReaction {
    private static final double TOLERANCE = 0.1;
    private static final double THRESHOLD = 11;
    private static final int MIN_COUNT = 100;
    private static final double RECENT = 1.0 / 50;

    private final DriftPolicy policy;
    private final DriftDetector detector = new PageHinkley(TOLERANCE, THRESHOLD, MIN_COUNT);
    private long examples;
    private long alarms;
    private int reactions;
    private int reacting;
    private int resting;
    private int sinceKept;
    private double recent;
    private long digest;

    /** What an example's loss asks for. */
    public enum Step {
        /** Go on. */
        GO_ON,
        /** Begin a reaction. */
        BEGIN,
        /** The reaction is over. */
        END,
        /** The model is stable: keep it as a version to fall back to. */
        KEEP
    }

    /** A reaction to nothing yet. */
    public DriftReaction(final DriftPolicy policy) {
        this.policy = policy;
    }

    /** The loss of the next example, 0 to 1, before the model learns it. */
    public Step add(final double loss) {
        examples++;
        digest = Subjects.mix(digest ^ Double.doubleToRawLongBits(loss)) + 1;
        recent += RECENT * (loss - recent);
        final boolean alarm = detector.add(loss);
        alarms += alarm ? 1 : 0;
        if (reacting > 0) {
            return --reacting == 0 ? end() : Step.GO_ON;
        }
        if (resting > 0) {
            resting--;
            return Step.GO_ON;
        }
        if (alarm && policy.reaction() != Reaction.NONE && reactions < policy.maxReactions()) {
            reactions++;
            reacting = policy.duration();
            sinceKept = 0;
            return Step.BEGIN;
        }
        return policy.reaction() == Reaction.FALLBACK && isStable() ? Step.KEEP : Step.GO_ON;
    }

    private Step end() {
        resting = policy.cooldown();
        return Step.END;
    }

    private boolean isStable() {
        if (++sinceKept < policy.keepEvery() || recent > detector.mean() + TOLERANCE) {
            return false;
        }
        sinceKept = 0;
        return true;
    }

    /** What is done, and how much. */
    public DriftPolicy policy() {
        return policy;
    }

    /** Whether a reaction is going on. */
    public boolean isReacting() {
        return reacting > 0;
    }

    /** Alarms so far, those included that nobody reacted to. */
    public long alarms() {
        return alarms;
    }

    /** Reactions so far. */
    public int reactions() {
        return reactions;
    }

    /** Examples seen. */
    public long examples() {
        return examples;
    }

    /** Digest of all losses in their order, from which everything else follows. */
    long digest() {
        return digest;
    }

    void write(final SnapshotWriter out) {
        out.putLong(examples);
        out.putLong(alarms);
        out.putInt(reactions);
        out.putInt(reacting);
        out.putInt(resting);
        out.putInt(sinceKept);
        out.putLong(Double.doubleToRawLongBits(recent));
        out.putLong(digest);
        detector.write(out);
    }

    void read(final SnapshotReader in) {
        examples = in.getLong();
        alarms = in.getLong();
        reactions = in.getInt();
        reacting = in.getInt();
        resting = in.getInt();
        sinceKept = in.getInt();
        recent = Double.longBitsToDouble(in.getLong());
        digest = in.getLong();
        detector.read(in);
    }
}
