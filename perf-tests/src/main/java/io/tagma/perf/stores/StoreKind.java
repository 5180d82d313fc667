package io.tagma.perf.stores;

import io.tagma.perf.decision.RedisServer;
import java.nio.file.Path;

/** The stores that are compared, in the order in which they are measured. */
enum StoreKind {
    TAGMA("tagma", "ProfileStore: in place, seqlock, digest and checksum"),
    HEAP("heap", "ConcurrentHashMap of arrays, a copy each update; gone with the process"),
    ROCKSDB("rocksdb", "RocksDB, direct buffers, log not synced"),
    LMDB("lmdb", "LMDB, writable map, not synced, a transaction each"),
    REDIS("redis", "local Redis, a round trip each way, append-only file not synced");

    private final String label;
    private final String description;

    StoreKind(final String label, final String description) {
        this.label = label;
        this.description = description;
    }

    String label() {
        return label;
    }

    String description() {
        return description;
    }

    /** Whether it can be measured here. */
    boolean available() {
        return this != REDIS || RedisServer.installed();
    }

    /** Rows that it is measured with: a store of some 10,000 operations a second would fill a million for minutes. */
    int rows(final int wanted) {
        return this == REDIS ? Math.min(wanted, 20_000) : wanted;
    }

    /** Opens the store on a directory, which may hold what it left before. */
    Rows open(final Path directory, final int rows) {
        return switch (this) {
            case TAGMA -> new TagmaRows(directory, rows);
            case HEAP -> new HeapRows(rows);
            case ROCKSDB -> new RocksRows(directory);
            case LMDB -> new LmdbRows(directory, rows);
            case REDIS -> new RedisRows(directory);
        };
    }
}
