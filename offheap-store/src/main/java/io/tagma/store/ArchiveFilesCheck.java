package io.tagma.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Checks the archives of all shards, block by block. Stateless, any thread. */
final class ArchiveFilesCheck implements FileCheck {
    @Override
    public String items() {
        return "archive blocks";
    }

    @Override
    public long check(final Path root, final boolean live, final Consumer<Damage> found) throws IOException {
        long whole = 0;
        for (final Path directory : QueueCheck.children(root.resolve("archive"), "shard-*")) {
            final ArchiveCheck check = new ArchiveCheck(found);
            check.directory(directory);
            whole += check.blocks();
        }
        return whole;
    }
}
