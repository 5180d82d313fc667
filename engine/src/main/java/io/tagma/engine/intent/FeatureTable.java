package io.tagma.engine.intent;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * What is known of each feature: in how many texts it occurred, and its weight row. A bounded open-addressing table, owned by its
 * classifier's thread; features are never removed.
 *
 * <pre>
 *  slot:  0        8                16
 *        +--------+--------+--------+
 *        |  key   |row + 1 | texts  |    a key of 0 is an empty slot
 *        +--------+--------+--------+
 * </pre>
 */
final class FeatureTable {
    static final int MISSING = -1;
    static final int NO_ROW = -1;

    private static final int TEXTS_SHIFT = 32;
    private static final long ROW_MASK = 0xFFFFFFFFL;

    private final long[] entries;
    private final int mask;
    private final int maxFeatures;
    private int features;
    private long digest;

    FeatureTable(final int maxFeatures) {
        this.maxFeatures = maxFeatures;
        // At most half full, so that a probe for a feature that is not there is short.
        final int slots = Integer.highestOneBit(maxFeatures - 1) << 2;
        this.mask = slots - 1;
        this.entries = new long[2 * slots];
    }

    /** The slot of a feature or {@link #MISSING}. */
    int find(final long key) {
        int slot = (int) (key >>> 32) & mask;
        for (long held = entries[2 * slot]; held != 0; held = entries[2 * slot]) {
            if (held == key) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return MISSING;
    }

    /** Counts a text in which the feature occurs, adding the feature if need be; {@link #MISSING} if the table is full. */
    int count(final long key) {
        int slot = (int) (key >>> 32) & mask;
        for (long held = entries[2 * slot]; held != key; held = entries[2 * slot]) {
            if (held == 0) {
                if (features == maxFeatures) {
                    return MISSING;
                }
                features++;
                entries[2 * slot] = key;
                break;
            }
            slot = (slot + 1) & mask;
        }
        if (texts(slot) < Integer.MAX_VALUE) {
            entries[2 * slot + 1] += 1L << TEXTS_SHIFT;
            // Linear in the counts, so one addition keeps the digest of the whole table.
            digest += TextFeatures.mix(~key);
        }
        return slot;
    }

    /** In how many texts the feature of a slot occurred. */
    int texts(final int slot) {
        return (int) (entries[2 * slot + 1] >>> TEXTS_SHIFT);
    }

    /** The weight row of a slot's feature or {@link #NO_ROW}. */
    int row(final int slot) {
        return (int) entries[2 * slot + 1] - 1;
    }

    /** Gives a slot's feature, which has none yet, its weight row. */
    void assignRow(final int slot, final int row) {
        entries[2 * slot + 1] |= (row + 1) & ROW_MASK;
        digest += TextFeatures.mix(entries[2 * slot] ^ TextFeatures.mix(row + 1L));
    }

    /** Features known. */
    int features() {
        return features;
    }

    /** Digest of all counts and row numbers. */
    long digest() {
        return digest;
    }

    /** Becomes the same as another of the same capacity. */
    void copy(final FeatureTable other) {
        System.arraycopy(other.entries, 0, entries, 0, entries.length);
        features = other.features;
        digest = other.digest;
    }

    void save(final SnapshotWriter out) {
        out.putInt(features);
        out.putLong(digest);
        for (int slot = 0; slot <= mask; slot++) {
            if (entries[2 * slot] != 0) {
                out.putInt(slot);
                out.putLongs(entries, 2 * slot, 2);
            }
        }
    }

    void load(final SnapshotReader in) {
        features = in.getInt();
        digest = in.getLong();
        for (int i = 0; i < features; i++) {
            in.getLongs(entries, 2 * in.getInt(), 2);
        }
    }
}
