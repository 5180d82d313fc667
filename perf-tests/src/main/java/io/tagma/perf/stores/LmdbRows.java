package io.tagma.perf.stores;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.DirectBufferProxy;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** LMDB in its writable map, not synced, one transaction an update: what a single update costs that survives the process. */
final class LmdbRows implements Rows {
    private static final long BYTES_PER_ROW = 512;
    private static final long LEAST_BYTES = 64L << 20;

    private final Env<DirectBuffer> env;
    private final Dbi<DirectBuffer> database;
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(Long.BYTES));
    private final UnsafeBuffer value = new UnsafeBuffer(ByteBuffer.allocateDirect(DIMENSION * Float.BYTES));

    LmdbRows(final Path directory, final int rows) {
        env = Env.create(DirectBufferProxy.PROXY_DB)
                .setMapSize(LEAST_BYTES + BYTES_PER_ROW * rows)
                .setMaxDbs(1)
                .open(directory.toFile(), EnvFlags.MDB_WRITEMAP, EnvFlags.MDB_NOSYNC);
        database = env.openDbi("rows", DbiFlags.MDB_CREATE);
    }

    @Override
    public void update(final long subject) {
        key.putLong(0, subject);
        try (Txn<DirectBuffer> txn = env.txnWrite()) {
            final DirectBuffer old = database.get(txn, key);
            if (old == null) {
                value.setMemory(0, value.capacity(), (byte) 0);
            } else {
                value.putBytes(0, old, 0, value.capacity());
            }
            value.putFloat(0, value.getFloat(0, ByteOrder.LITTLE_ENDIAN) + 1f, ByteOrder.LITTLE_ENDIAN);
            database.put(txn, key, value);
            txn.commit();
        }
    }

    @Override
    public void read(final long subject, final float[] into) {
        key.putLong(0, subject);
        try (Txn<DirectBuffer> txn = env.txnRead()) {
            final DirectBuffer found = database.get(txn, key);
            if (found == null) {
                throw new IllegalStateException("subject " + subject + " is missing");
            }
            for (int i = 0; i < DIMENSION; i++) {
                into[i] = found.getFloat(i * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    @Override
    public boolean persists() {
        return true;
    }

    @Override
    public void close() {
        env.close();
    }
}
