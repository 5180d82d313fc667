package io.tagma.perf.stores;

import io.tagma.perf.decision.RedisServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import redis.clients.jedis.Jedis;

/** A local Redis, one round trip to read and one to write, its append-only file on and not synced. */
final class RedisRows implements Rows {
    private final RedisServer server;
    private final Jedis redis;
    private final byte[] key = new byte[Long.BYTES];
    private final ByteBuffer keyBuffer = ByteBuffer.wrap(key);

    RedisRows(final Path directory) {
        server = RedisServer.start(directory);
        redis = server.connect();
    }

    @Override
    public void update(final long subject) {
        keyBuffer.putLong(0, subject);
        final byte[] found = redis.get(key);
        final byte[] changed = found == null ? new byte[DIMENSION * Float.BYTES] : found;
        final ByteBuffer value = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        value.putFloat(0, value.getFloat(0) + 1f);
        redis.set(key, changed);
    }

    @Override
    public void read(final long subject, final float[] into) {
        keyBuffer.putLong(0, subject);
        final ByteBuffer value = ByteBuffer.wrap(redis.get(key)).order(ByteOrder.LITTLE_ENDIAN);
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
        redis.close();
        server.close();
    }
}
