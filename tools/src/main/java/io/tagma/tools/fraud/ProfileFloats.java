package io.tagma.tools.fraud;

import io.tagma.store.ProfileRow;

/** An engine's profile row as the fraud rules see rows. Owned by the shard's thread, as the row is. */
final class ProfileFloats implements FloatRow {
    private ProfileRow row;

    /** Points to a row. */
    ProfileFloats(final ProfileRow row) {
        this.row = row;
    }

    /** Points to another row. */
    ProfileFloats on(final ProfileRow other) {
        if (row != other) { // the same nearly always, and a reference that is stored costs the collector's barrier
            row = other;
        }
        return this;
    }

    @Override
    public float get(final int i) {
        return row.get(i);
    }

    @Override
    public void set(final int i, final float value) {
        row.set(i, value);
    }

    @Override
    public long updatedNs() {
        return row.updatedNs();
    }
}
