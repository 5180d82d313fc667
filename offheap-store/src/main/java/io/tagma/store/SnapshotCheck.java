package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Checks snapshots block by block. Stateless, any thread. */
final class SnapshotCheck implements FileCheck {
    @Override
    public String items() {
        return "snapshots";
    }

    @Override
    public long check(final Path root, final boolean live, final Consumer<Damage> found) throws IOException {
        long whole = 0;
        for (final Path directory : QueueCheck.children(root.resolve("snapshots"), "shard-*")) {
            for (final Path file : SnapshotFiles.newestFirst(directory)) {
                final Damage damage = SnapshotReader.verify(file);
                if (damage == null) {
                    whole++;
                } else if (Files.exists(file)) { // a live engine deletes the oldest
                    found.accept(damage);
                }
            }
        }
        return whole;
    }
}
