package io.tagma.store;

import net.openhft.chronicle.bytes.Byteable;
import net.openhft.chronicle.bytes.BytesStore;
import org.jspecify.annotations.Nullable;

/**
 * What the map takes for its value type: a place in memory of a fixed length, and nothing else. Owned by the thread that calls
 * the map with it. Only its address is ever used; fields are read and written through {@link Memory}.
 */
@SuppressWarnings("rawtypes")
final class RowValue implements Byteable {
    private @Nullable BytesStore store;
    private long offset;
    private long length;
    private long address;

    /** For the map, which makes instances by reflection. */
    RowValue() {}

    RowValue(final BytesStore store, final long length) {
        bytesStore(store, 0, length);
    }

    @Override
    public void bytesStore(final BytesStore bytesStore, final long at, final long size) {
        store = bytesStore;
        offset = at;
        length = size;
        address = bytesStore.addressForRead(at);
    }

    @Override
    @SuppressWarnings("NullAway") // the map reads this only from instances that have a store
    public BytesStore<?, ?> bytesStore() {
        return store;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long maxSize() {
        return length;
    }
}
