package io.tagma.engine.shard;

import io.tagma.engine.agent.Task;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.agrona.concurrent.UnsafeBuffer;

/** Events whose decision is put off, by slot: the frame, what the rules drew from the rows, what the classifier said. Owned by the shard's thread. */
final class KeptEvents {
    private final int maxFeatures;
    private final int frameLength;
    private final long[] sequences;
    private final long[] correlationIds;
    private final int[] intents;
    private final float[] said; // by slot: the intent's probability, and how strange the text was
    private final int[] featureCounts;
    private final float[] features;
    private final UnsafeBuffer frames;
    private final int[] frameLengths;

    /**
     * Room for some.
     *
     * @param frameLength most bytes of a frame
     */
    KeptEvents(final int slots, final int maxFeatures, final int frameLength) {
        this.maxFeatures = maxFeatures;
        this.frameLength = frameLength;
        this.sequences = new long[slots];
        this.correlationIds = new long[slots];
        this.intents = new int[slots];
        this.said = new float[2 * slots];
        this.featureCounts = new int[slots];
        this.features = new float[slots * maxFeatures];
        this.frames = new UnsafeBuffer(new byte[slots * frameLength]);
        this.frameLengths = new int[slots];
    }

    void keep(final int slot, final Task task) {
        sequences[slot] = task.sequence();
        correlationIds[slot] = task.correlationId();
        intents[slot] = task.intent();
        said[2 * slot] = task.confidence();
        said[2 * slot + 1] = task.outOfScope();
        featureCounts[slot] = task.featureCount();
        System.arraycopy(task.features(), 0, features, slot * maxFeatures, task.featureCount());
        frameLengths[slot] = task.copyFrame(frames, slot * frameLength);
    }

    /** Takes up an event again, for the input of a sequence. */
    void restore(final Task into, final int slot, final long sequence) {
        into.restore(frames, slot * frameLength, sequence, features, slot * maxFeatures, featureCounts[slot])
                .classified(intents[slot], said[2 * slot], said[2 * slot + 1]);
    }

    /** Sequence of the event's own input. */
    long sequence(final int slot) {
        return sequences[slot];
    }

    long correlationId(final int slot) {
        return correlationIds[slot];
    }

    void save(final SnapshotWriter out, final int slot) {
        out.putLong(sequences[slot]);
        out.putLong(correlationIds[slot]);
        out.putInt(intents[slot]);
        out.putFloats(said, 2 * slot, 2);
        out.putInt(featureCounts[slot]);
        out.putFloats(features, slot * maxFeatures, featureCounts[slot]);
        out.putInt(frameLengths[slot]);
        out.putBytes(frames.byteArray(), slot * frameLength, frameLengths[slot]);
    }

    void load(final SnapshotReader in, final int slot) {
        sequences[slot] = in.getLong();
        correlationIds[slot] = in.getLong();
        intents[slot] = in.getInt();
        in.getFloats(said, 2 * slot, 2);
        featureCounts[slot] = in.getInt();
        in.getFloats(features, slot * maxFeatures, featureCounts[slot]);
        frameLengths[slot] = in.getInt();
        in.getBytes(frames.byteArray(), slot * frameLength, frameLengths[slot]);
    }
}
