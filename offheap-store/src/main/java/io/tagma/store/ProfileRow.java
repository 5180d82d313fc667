package io.tagma.store;

import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The owner's flyweight over one row: reads it, and updates it in place under the row's seqlock. Owned by the shard's thread;
 * its {@link ProfileStore} must stay open while it is used, for it holds a bare address.
 *
 * <pre>{@code
 * row.wrap(store.acquireRow(subject));
 * row.beginUpdate();
 * row.set(0, row.get(0) + 1.0f);
 * stateHash += row.endUpdate(nowNs);
 * }</pre>
 */
public final class ProfileRow {
    private final int dimension;
    private final RowSeal seal;
    private final @Nullable HotTier hot;
    private long address;

    ProfileRow(final int dimension, final @Nullable HotTier hot) {
        this.dimension = dimension;
        this.hot = hot;
        seal = new RowSeal(dimension);
    }

    /**
     * Points this flyweight at a row.
     *
     * @param rowAddress from {@link ProfileStore#rowAddress} or {@link ProfileStore#acquireRow}; not 0 and not a code
     * @throws IllegalArgumentException when it is 0 or a code
     */
    public ProfileRow wrap(final long rowAddress) {
        if (rowAddress <= 0) {
            throw new IllegalArgumentException("not a row's address: " + rowAddress);
        }
        address = rowAddress;
        return this;
    }

    /** Address of the row, for kernels that read its floats at {@code address() + }{@link RowLayout#HEADER_LENGTH}. */
    public long address() {
        return address;
    }

    /** D, the number of floats. */
    public int dimension() {
        return dimension;
    }

    /** Whom the row is about. */
    public long subject() {
        return Memory.getLong(address + RowLayout.SUBJECT);
    }

    /** Time of the last update, as given to {@link #endUpdate}; 0 when there was none. */
    public long updatedNs() {
        return Memory.getLong(address + RowLayout.UPDATED_NS);
    }

    /** Digest as of the last update, 0 when there was none. */
    public long digest() {
        return Memory.getLong(address + RowLayout.DIGEST);
    }

    /** Completed updates. */
    public long updates() {
        return (Memory.getLong(address + RowLayout.SEQUENCE) >>> 1) - 1;
    }

    /**
     * A feature.
     *
     * @param i 0 to D - 1
     * @throws IndexOutOfBoundsException otherwise
     */
    public float get(final int i) {
        return Memory.getFloat(featureAddress(i));
    }

    /**
     * Sets a feature, between {@link #beginUpdate} and {@link #endUpdate}.
     *
     * @param i 0 to D - 1
     * @throws IndexOutOfBoundsException otherwise
     */
    public void set(final int i, final float value) {
        Memory.putFloat(featureAddress(i), value);
    }

    /**
     * Copies all features out.
     *
     * @param target holds at least D floats
     */
    public void copyTo(final float[] target) {
        for (int i = 0; i < dimension; i++) {
            target[i] = Memory.getFloat(address + RowLayout.HEADER_LENGTH + 4L * i);
        }
    }

    /**
     * Makes readers wait until {@link #endUpdate}. A row that a killed owner left in mid-update stays odd: the pair of calls
     * heals it.
     */
    public void beginUpdate() {
        final long sequence = Memory.getLong(address + RowLayout.SEQUENCE);
        // The sequence goes odd before the first store and even after the last: a reader that sees the same even number
        // on
        // both sides has seen one version of the row. The fence keeps the stores that follow behind the odd number; a
        // release
        // store would only keep earlier ones before it.
        Memory.putLongOpaque(address + RowLayout.SEQUENCE, sequence | 1);
        VarHandle.storeStoreFence();
    }

    /**
     * Recomputes digest and checksum and gives the row back to readers.
     *
     * @param updatedNs time of this update
     * @return new digest less the old one: what to add to the state hash
     */
    public long endUpdate(final long updatedNs) {
        final long before = Memory.getLong(address + RowLayout.DIGEST);
        final long after = seal.seal(address, updatedNs);
        // Release: everything written to the row is visible to whoever reads this even number.
        Memory.putLongRelease(address + RowLayout.SEQUENCE, (Memory.getLong(address + RowLayout.SEQUENCE) | 1) + 1);
        final HotTier slab = hot;
        if (slab != null) {
            slab.updated(Memory.getLong(address + RowLayout.SUBJECT), address);
        }
        return after - before;
    }

    private long featureAddress(final int i) {
        return address + RowLayout.HEADER_LENGTH + 4L * Objects.checkIndex(i, dimension);
    }
}
