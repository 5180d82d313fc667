package io.tagma.store.copy;

import io.tagma.store.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies files that never change once they have their name, one at a time, a megabyte a step, and drops those that the original
 * dropped when newer ones are there. Owned by the shipper's thread.
 */
final class WholeFiles {
    private static final int BLOCK = 1 << 20;

    private final Path root;
    private final boolean dropsOlder;
    private final Set<String> there = new HashSet<>();
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    private final ByteBuffer back = ByteBuffer.allocateDirect(BLOCK);
    private List<String> seen = List.of();
    private @Nullable String current;
    private @Nullable FileChannel in;
    private @Nullable FileChannel out;
    private long at;
    private long bytes;
    private boolean done = true;

    /**
     * None copied yet.
     *
     * @param dropsOlder whether names are ordered by age, and what is older than all that are left goes
     */
    WholeFiles(final Path root, final boolean dropsOlder) {
        this.root = root;
        this.dropsOlder = dropsOlder;
    }

    /** Whether all files of the last call are there. */
    boolean done() {
        return done;
    }

    /** Bytes written since the last {@link #reset}. */
    long bytes() {
        return bytes;
    }

    /** Forgets everything and closes what is open. Returns {@link #bytes}. */
    long reset() {
        closeFiles();
        there.clear();
        seen = List.of();
        final long written = bytes;
        bytes = 0;
        return written;
    }

    /** Copies a block of what is missing. Returns bytes copied. */
    long step(final Path source, final List<String> names) throws IOException {
        if (current == null && !next(source, names)) {
            done = true;
            if (dropsOlder && !names.equals(seen)) {
                dropOlder(names);
                seen = names;
            }
            return 0;
        }
        done = false;
        final FileChannel from = Objects.requireNonNull(in);
        final FileChannel to = Objects.requireNonNull(out);
        QueueSource.readFully(from, block.clear(), at);
        block.flip();
        if (!block.hasRemaining()) {
            finish(to);
            return 1;
        }
        while (block.hasRemaining()) {
            to.write(block, at + block.position());
        }
        QueueSource.readFully(to, back.clear().limit(block.limit()), at);
        if (!back.flip().equals(block.flip())) {
            throw new IOException(current + " in " + root + " does not read back as it was written: check the disk");
        }
        at += block.limit();
        bytes += block.limit();
        return block.limit();
    }

    private boolean next(final Path source, final List<String> names) throws IOException {
        for (final String name : names) {
            final Path to = root.resolve(name);
            final Path from = source.resolve(name);
            try {
                if (there.contains(name) || (Files.exists(to) && Files.size(to) == Files.size(from))) {
                    there.add(name);
                } else {
                    in = FileChannel.open(from, StandardOpenOption.READ);
                    OwnerOnly.directory(Objects.requireNonNull(to.getParent()));
                    Files.deleteIfExists(aside(name));
                    OwnerOnly.file(aside(name));
                    out = FileChannel.open(aside(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
                    at = 0;
                    current = name;
                    return true;
                }
            } catch (NoSuchFileException ignored) {
                closeFiles(); // the owner was faster to drop it; what is newer follows
            }
        }
        return false;
    }

    private void finish(final FileChannel to) throws IOException {
        final String name = Objects.requireNonNull(current);
        to.force(true);
        Files.move(
                aside(name), root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        there.add(name);
        closeFiles();
    }

    private void dropOlder(final List<String> names) throws IOException {
        for (final String name : names) {
            final Path folder = Objects.requireNonNull(root.resolve(name).getParent());
            final String oldest = names.stream()
                    .filter(other -> folder.equals(root.resolve(other).getParent()))
                    .min(String::compareTo)
                    .orElse(name);
            try (Stream<Path> files = Files.list(folder)) {
                for (final Path file : files.toList()) {
                    final String found = root.relativize(file).toString();
                    if (found.compareTo(oldest) < 0) {
                        Files.deleteIfExists(file);
                        there.remove(found);
                    }
                }
            }
        }
    }

    private Path aside(final String name) {
        final Path file = root.resolve(name);
        return file.resolveSibling(file.getFileName() + QueueTarget.PART);
    }

    private void closeFiles() {
        current = null;
        for (final FileChannel channel : new FileChannel[] {in, out}) {
            if (channel != null) {
                CopyRoot.closeQuietly(channel);
            }
        }
        in = null;
        out = null;
    }
}
