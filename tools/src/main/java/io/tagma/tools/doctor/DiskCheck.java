package io.tagma.tools.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.agrona.concurrent.NanoClock;

/** The disk that holds a directory. Writes one small file there and deletes it. Stateless. */
final class DiskCheck {
    private static final double GIB = 1L << 30;
    private static final double LITTLE_GIB = 2;
    private static final int WRITES = 25;
    private static final int PAGE = 4096;
    private static final double NS_PER_US = 1000;
    private static final int MUCH_READ_AHEAD_KIB = 1024;
    private static final int MINOR_BITS = 8;
    private static final int MINOR_MASK = 0xFF;
    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs");

    private DiskCheck() {}

    static List<Finding> findings(final Path directory, final SystemFiles files, final NanoClock clock) {
        final List<Finding> findings = new ArrayList<>();
        try {
            findings.add(space(directory, Files.getFileStore(directory)));
            findings.add(readAhead(directory, files));
            findings.add(sync(directory, clock));
        } catch (final IOException e) {
            findings.add(Finding.bad(
                    "disk", directory + " cannot be written: " + e, "give a directory that can be, with --dir"));
        }
        return findings;
    }

    private static Finding space(final Path directory, final FileStore store) throws IOException {
        final double free = store.getUsableSpace() / GIB;
        final String fact = String.format(Locale.ROOT, "%s on %s, %.1f GiB free", directory, store.type(), free);
        if (REMOTE.contains(store.type())) {
            return Finding.warn("disk", fact, "keep the engine's directory on a local disk: mapped files need one");
        }
        if ("tmpfs".equals(store.type())) {
            return Finding.warn("disk", fact, "memory, not a disk: nothing of it outlives the machine");
        }
        return free < LITTLE_GIB
                ? Finding.warn(
                        "disk",
                        fact,
                        "the journal takes about 0.2 GiB a million decisions: make room, or set a retention")
                : Finding.ok("disk", fact);
    }

    private static Finding readAhead(final Path directory, final SystemFiles files) throws IOException {
        final long device = Files.getAttribute(directory, "unix:dev") instanceof Long number ? number : 0;
        final String name = (device >>> MINOR_BITS) + ":" + (device & MINOR_MASK);
        return files.text("sys/class/bdi/" + name + "/read_ahead_kb")
                .map(Integer::parseInt)
                .map(kib -> kib > MUCH_READ_AHEAD_KIB
                        ? Finding.warn(
                                "read-ahead",
                                kib + " KiB",
                                "each first touch of a mapped file reads that much: echo 128 > /sys/class/bdi/" + name
                                        + "/read_ahead_kb")
                        : Finding.ok("read-ahead", kib + " KiB"))
                .orElse(Finding.ok("read-ahead", "not known for this device"));
    }

    private static Finding sync(final Path directory, final NanoClock clock) throws IOException {
        final Path file = Files.createTempFile(directory, "tagma-doctor-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            final ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
            final long[] took = new long[WRITES];
            for (int i = 0; i < WRITES; i++) {
                page.clear();
                final long before = clock.nanoTime();
                channel.write(page, (long) PAGE * i);
                channel.force(false);
                took[i] = clock.nanoTime() - before;
            }
            Arrays.sort(took);
            return Finding.ok(
                    "fsync",
                    String.format(
                            Locale.ROOT,
                            "%.0f us for a page, median of %d; the engine does not wait for it",
                            took[WRITES / 2] / NS_PER_US,
                            WRITES));
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
