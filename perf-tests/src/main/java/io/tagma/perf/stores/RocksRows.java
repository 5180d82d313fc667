package io.tagma.perf.stores;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** RocksDB with direct buffers; its log is on and not synced, the promise that the others make. */
final class RocksRows implements Rows {
    private static final long WRITE_BUFFER = 64L << 20;

    private final Options options = new Options().setCreateIfMissing(true).setWriteBufferSize(WRITE_BUFFER);
    private final WriteOptions writes = new WriteOptions();
    private final ReadOptions reads = new ReadOptions();
    private final RocksDB database;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private final ByteBuffer value =
            ByteBuffer.allocateDirect(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    RocksRows(final Path directory) {
        RocksDB.loadLibrary();
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (final RocksDBException e) {
            throw new IllegalStateException("RocksDB cannot be opened", e);
        }
    }

    @Override
    public void update(final long subject) {
        try {
            final boolean found = get(subject);
            value.clear();
            value.putFloat(0, found ? value.getFloat(0) + 1f : 1f);
            key.clear().putLong(subject).flip();
            database.put(writes, key, value);
        } catch (final RocksDBException e) {
            throw new IllegalStateException("RocksDB refused an update", e);
        }
    }

    private boolean get(final long subject) throws RocksDBException {
        key.clear().putLong(subject).flip();
        value.clear();
        return database.get(reads, key, value) != RocksDB.NOT_FOUND;
    }

    @Override
    public void read(final long subject, final float[] into) {
        try {
            if (!get(subject)) {
                throw new IllegalStateException("subject " + subject + " is missing");
            }
        } catch (final RocksDBException e) {
            throw new IllegalStateException("RocksDB refused a read", e);
        }
        value.clear();
        for (int i = 0; i < DIMENSION; i++) {
            into[i] = value.getFloat(i * Float.BYTES);
        }
    }

    @Override
    public boolean persists() {
        return true;
    }

    @Override
    public void close() {
        database.close();
        reads.close();
        writes.close();
        options.close();
    }
}
