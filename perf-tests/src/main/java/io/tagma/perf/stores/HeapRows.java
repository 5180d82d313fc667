package io.tagma.perf.stores;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A ConcurrentHashMap of arrays: each update puts a changed copy, so that readers see whole rows. */
final class HeapRows implements Rows {
    private final ConcurrentHashMap<Long, float[]> rows;

    HeapRows(final int expected) {
        rows = new ConcurrentHashMap<>(expected * 2);
    }

    @Override
    public void update(final long subject) {
        rows.compute(subject, (key, old) -> {
            final float[] changed = old == null ? new float[DIMENSION] : old.clone();
            changed[0] += 1f;
            return changed;
        });
    }

    @Override
    public void read(final long subject, final float[] into) {
        System.arraycopy(Objects.requireNonNull(rows.get(subject)), 0, into, 0, DIMENSION);
    }

    @Override
    public boolean persists() {
        return false;
    }

    @Override
    public void close() {
        rows.clear();
    }
}
