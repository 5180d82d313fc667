package io.tagma.engine.shard;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** Outcomes that wait for the next learning point, at most one for each input since the last. Owned by the shard's thread. */
final class DueOutcomes {
    private final long[] correlationIds;
    private final long[] owners;
    private final long[] timesNs;
    private final float[] labels;
    private final int[] intents;
    private int count;

    DueOutcomes(final int learnInterval) {
        correlationIds = new long[learnInterval];
        owners = new long[learnInterval];
        timesNs = new long[learnInterval];
        labels = new float[learnInterval];
        intents = new int[learnInterval];
    }

    void add(final long correlationId, final long owner, final float label, final int intent, final long timeNs) {
        correlationIds[count] = correlationId;
        owners[count] = owner;
        labels[count] = label;
        intents[count] = intent;
        timesNs[count] = timeNs;
        count++;
    }

    int count() {
        return count;
    }

    long correlationId(final int i) {
        return correlationIds[i];
    }

    long owner(final int i) {
        return owners[i];
    }

    float label(final int i) {
        return labels[i];
    }

    int intent(final int i) {
        return intents[i];
    }

    long timeNs(final int i) {
        return timesNs[i];
    }

    void clear() {
        count = 0;
    }

    void save(final SnapshotWriter out) {
        out.putInt(count);
        out.putLongs(correlationIds, 0, count);
        out.putLongs(owners, 0, count);
        out.putLongs(timesNs, 0, count);
        out.putFloats(labels, 0, count);
        out.putInts(intents, 0, count);
    }

    void load(final SnapshotReader in) {
        count = in.getInt();
        in.getLongs(correlationIds, 0, count);
        in.getLongs(owners, 0, count);
        in.getLongs(timesNs, 0, count);
        in.getFloats(labels, 0, count);
        in.getInts(intents, 0, count);
    }
}
