package io.tagma.store.copy;

import io.tagma.store.Integrity;
import io.tagma.store.OwnerOnly;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One copy: writes it, gives it up when that fails, and comes back to it. Owned by the shipper's thread. */
final class CopyRoot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRoot.class);
    private static final long BUDGET = 4 << 20;
    private static final long LOOK_MS = 200;
    private static final long FIRST_PAUSE_MS = 1_000;
    private static final long LONGEST_PAUSE_MS = 60_000;
    private static final String ASIDE = ".aside-";

    private final Path root;
    private final Map<String, QueueTarget> targets = new TreeMap<>();
    private final Map<String, byte[]> written = new HashMap<>();
    private final WholeFiles whole;
    private final WholeFiles published;
    private long shippedBefore;
    private long failures;
    private long pauseMs = FIRST_PAUSE_MS;
    private long retryMs = Long.MIN_VALUE;
    private long lookedMs = Long.MIN_VALUE;
    private long currentMs;
    private boolean ok = true;
    private boolean unsealed;
    private String lastFailure = "";
    private volatile CopyStatus status;

    CopyRoot(final Path root, final long nowMs) {
        this.root = root;
        whole = new WholeFiles(root, true);
        published = new WholeFiles(root, false);
        currentMs = nowMs;
        status = new CopyStatus(root, true, 0, 0, 0, 0, "");
    }

    CopyStatus status() {
        return status;
    }

    void sourceFailed(final IOException e) {
        lastFailure = "the engine's directory cannot be read: " + e;
        publish(0, status.lagBytes());
    }

    long doWork(final CopyShipper shipper, final long nowMs) {
        long done = 0;
        if (nowMs >= retryMs) {
            try {
                done = ship(shipper, nowMs);
            } catch (IOException | StoreException | UncheckedIOException e) {
                giveUp(e, nowMs);
            }
        }
        if (done > 0 || nowMs - currentMs > 0 || status.lagMs() > 0 || status.ok() != ok) {
            publish(nowMs, lag(shipper));
        }
        return done;
    }

    @Override
    public void close() {
        for (final QueueTarget target : targets.values()) {
            shippedBefore += target.bytes();
            closeQuietly(target);
        }
        targets.clear();
        written.clear();
        unsealed = false; // what comes back in its place may be another directory
        shippedBefore += whole.reset() + published.reset();
    }

    static void closeQuietly(final AutoCloseable file) {
        try {
            file.close();
        } catch (Exception e) { // what AutoCloseable declares; the file is given up either way
            LOG.debug("A file of a copy did not close", e);
        }
    }

    private long ship(final CopyShipper shipper, final long nowMs) throws IOException {
        if (!unsealed) {
            Integrity.unseal(root); // where a closed engine's directory becomes a copy
            unsealed = true;
        }
        look(shipper, nowMs);
        long done = published.step(shipper.source(), shipper.published());
        if (!published.done()) {
            return done; // a journal must not come before the files that its orders name: without them it does not
            // replay
        }
        boolean current = true;
        for (final Map.Entry<String, QueueSource> queue : shipper.queues().entrySet()) {
            final QueueTarget target = target(queue.getKey(), nowMs);
            done += shipFile(target, queue, done, nowMs);
            current &= target.caughtUp(queue.getValue());
        }
        if (current) {
            done += shipSmall(shipper.small());
            if (done == 0) {
                done = whole.step(shipper.source(), shipper.whole());
            }
            currentMs = whole.done() ? nowMs : currentMs;
        }
        if (current && !ok) {
            LOG.info("The copy at {} is written again", root);
            ok = true;
            pauseMs = FIRST_PAUSE_MS;
        }
        return done;
    }

    private long shipFile(
            final QueueTarget target, final Map.Entry<String, QueueSource> queue, final long done, final long nowMs)
            throws IOException {
        try {
            return target.ship(queue.getValue(), Math.max(0, BUDGET - done));
        } catch (QueueTarget.Diverged e) {
            closeQuietly(target);
            targets.remove(queue.getKey());
            final Path file = root.resolve(queue.getKey());
            Files.move(file, file.resolveSibling(file.getFileName() + ASIDE + nowMs));
            throw e;
        }
    }

    /** A removed root would take writes to files that have no name any more. */
    private void look(final CopyShipper shipper, final long nowMs) throws IOException {
        if (lookedMs != Long.MIN_VALUE && nowMs - lookedMs < LOOK_MS) {
            return;
        }
        lookedMs = nowMs;
        if (!Files.isDirectory(root)) {
            throw new IOException(root + " is no directory, or not mounted");
        }
        for (final Map.Entry<String, QueueTarget> target : targets.entrySet()) {
            if (!target.getValue().exists()) {
                throw new IOException(root.resolve(target.getKey()) + " is gone");
            }
        }
        follow(shipper);
    }

    /** Drops what the owner's retention dropped: files older than its oldest, so that an emptied original empties no copy. */
    private void follow(final CopyShipper shipper) throws IOException {
        final List<String> names = List.copyOf(shipper.queues().keySet());
        final Map<String, String> oldest = new HashMap<>();
        for (final String name : names) {
            oldest.putIfAbsent(folder(name), name);
        }
        for (final Map.Entry<String, String> first : oldest.entrySet()) {
            try (Stream<Path> files = Files.isDirectory(root.resolve(first.getKey()))
                    ? Files.list(root.resolve(first.getKey()))
                    : Stream.empty()) {
                for (final Path file :
                        files.filter(f -> f.toString().endsWith(".cq4")).toList()) {
                    final String name = root.relativize(file).toString();
                    if (name.compareTo(first.getValue()) < 0) {
                        final QueueTarget target = targets.remove(name);
                        if (target != null) {
                            shippedBefore += target.bytes();
                            target.close();
                        }
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    private QueueTarget target(final String name, final long nowMs) throws IOException {
        QueueTarget target = targets.get(name);
        if (target == null) {
            if (!Files.isDirectory(root)) {
                throw new IOException(root + " is no directory, or not mounted");
            }
            lookedMs = nowMs;
            OwnerOnly.directory(root.resolve(folder(name)));
            target = new QueueTarget(root.resolve(name));
            targets.put(name, target);
        }
        return target;
    }

    private long shipSmall(final Map<String, byte[]> small) throws IOException {
        long done = 0;
        for (final Map.Entry<String, byte[]> file : small.entrySet()) {
            if (!Arrays.equals(written.get(file.getKey()), file.getValue())) {
                writeSmall(root.resolve(file.getKey()), file.getValue());
                written.put(file.getKey(), file.getValue());
                done += file.getValue().length;
            }
        }
        shippedBefore += done;
        return done;
    }

    /** The first time under another name, later in place: a reader has the file mapped. */
    private static void writeSmall(final Path file, final byte[] bytes) throws IOException {
        final boolean there = Files.exists(file) && Files.size(file) == bytes.length;
        final Path to = there ? file : file.resolveSibling(file.getFileName() + QueueTarget.PART);
        OwnerOnly.directory(Objects.requireNonNull(file.getParent()));
        OwnerOnly.file(to);
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            final ByteBuffer from = ByteBuffer.wrap(bytes);
            while (from.hasRemaining()) {
                out.write(from, from.position());
            }
            out.truncate(bytes.length);
        }
        if (!Arrays.equals(Files.readAllBytes(to), bytes)) {
            throw new IOException(to + " does not read back as it was written: check the disk");
        }
        if (!there) {
            Files.move(to, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void giveUp(final Exception e, final long nowMs) {
        close();
        failures++;
        lastFailure = String.valueOf(e.getMessage());
        retryMs = nowMs + pauseMs;
        pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
        lookedMs = Long.MIN_VALUE;
        if (ok) {
            ok = false;
            LOG.error(
                    "The copy at {} cannot be written and is behind from now on; it is tried again by itself, other"
                            + " copies go on",
                    root,
                    e);
        }
    }

    private long lag(final CopyShipper shipper) {
        long lag = 0;
        for (final Map.Entry<String, QueueSource> queue : shipper.queues().entrySet()) {
            final QueueTarget target = targets.get(queue.getKey());
            lag += target == null ? queue.getValue().end() : target.lag(queue.getValue());
        }
        return lag;
    }

    private void publish(final long nowMs, final long lagBytes) {
        long shipped = shippedBefore + whole.bytes() + published.bytes();
        for (final QueueTarget target : targets.values()) {
            shipped += target.bytes();
        }
        status = new CopyStatus(root, ok, lagBytes, Math.max(0, nowMs - currentMs), shipped, failures, lastFailure);
    }

    private static String folder(final String name) {
        return String.valueOf(Path.of(name).getParent());
    }
}
