package io.tagma.store.copy;

import io.tagma.store.PublishedFile;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Keeps copies of an engine's directory on other disks: its journals continuously, document by document behind what is
 * committed, its snapshots and small files whole. Owned by the thread that calls {@link #doWork}; reads the engine's directory
 * only.
 *
 * <p>A copy is opened like the original: attached to, replayed, or launched from. It is a prefix of the original, and all of it
 * when {@link CopyStatus#lagMs} is 0. A copy that cannot be written is given up for a second and more, up to a minute, and tried
 * again; the others go on. Nothing waits for copies: what was acknowledged in the last moments before a machine is lost may
 * lack in them.
 */
public final class CopyShipper implements AutoCloseable {
    static final String JOURNAL = "journal";
    static final String SNAPSHOTS = "snapshots";
    private static final String QUEUE_SUFFIX = ".cq4";
    private static final String METADATA = "metadata.cq4t";
    private static final String LOCK = "lock";
    private static final long SMALL = 1 << 20;
    private static final long LIST_MS = 200;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Path source;
    private final EpochNanoClock clock;
    private final List<CopyRoot> roots = new ArrayList<>();
    private final Map<String, QueueSource> queues = new TreeMap<>();
    private final Map<String, byte[]> small = new TreeMap<>();
    private List<String> whole = List.of();
    private List<String> published = List.of();
    private long listedMs = Long.MIN_VALUE;

    private CopyShipper(final Path source, final EpochNanoClock clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * Prepares to copy; nothing is written before the first {@link #doWork}.
     *
     * @param source an engine's directory
     * @param roots existing directories that are neither in it nor around it; each takes one copy
     * @throws StoreException when a root cannot work
     */
    public static CopyShipper open(final Path source, final List<Path> roots, final EpochNanoClock clock) {
        final CopyShipper shipper = new CopyShipper(source, clock);
        final Path inner = source.toAbsolutePath().normalize();
        for (final Path root : roots) {
            final Path outer = root.toAbsolutePath().normalize();
            if (outer.startsWith(inner) || inner.startsWith(outer)) {
                throw new StoreException("tagma.copyTo: " + root + " and the engine's directory " + source
                        + " contain each other: give a directory on another disk.");
            }
            shipper.roots.add(new CopyRoot(root, clock.nanoTime() / NANOS_PER_MILLI));
        }
        return shipper;
    }

    /** Ships what is there to be shipped, some megabytes at most. Returns how much was done, 0 for nothing. */
    public int doWork() {
        final long nowMs = clock.nanoTime() / NANOS_PER_MILLI;
        long done = 0;
        try {
            if (listedMs == Long.MIN_VALUE || nowMs - listedMs >= LIST_MS) {
                list();
                listedMs = nowMs;
            }
            done += poll(nowMs);
            published =
                    files(source.resolve(StoreDirectory.PUBLISHED), 1)
                            .stream() // behind it: what an order names is there
                            .filter(PublishedFile::isOne)
                            .map(file -> source.relativize(file).toString())
                            .toList();
        } catch (IOException e) {
            // The owner's retention may be faster than the listing, and a disk that is lost fails the engine itself.
            listedMs = Long.MIN_VALUE;
            for (final CopyRoot root : roots) {
                root.sourceFailed(e);
            }
            return 0;
        }
        for (final CopyRoot root : roots) {
            done += root.doWork(this, nowMs);
        }
        return (int) Math.min(Integer.MAX_VALUE, done);
    }

    /** A file that was closed has a successor by now: until that is known, what is in it would not even count as lag. */
    private long poll(final long nowMs) throws IOException {
        long done = 0;
        boolean rolled = false;
        for (final QueueSource queue : queues.values()) {
            final boolean before = queue.sealed();
            done += queue.poll(nowMs);
            rolled |= queue.sealed() && !before;
        }
        if (rolled) {
            list();
            listedMs = nowMs;
            for (final QueueSource queue : queues.values()) {
                done += queue.poll(nowMs);
            }
        }
        return done;
    }

    /** How the copies stand, in the order of the roots; any thread. */
    public List<CopyStatus> status() {
        return roots.stream().map(CopyRoot::status).toList();
    }

    /** Looks at the directory again at the next {@link #doWork}, not within the fifth of a second that it may take. */
    public void refresh() {
        listedMs = Long.MIN_VALUE;
    }

    @Override
    public void close() {
        for (final CopyRoot root : roots) {
            root.close();
        }
        for (final QueueSource queue : queues.values()) {
            CopyRoot.closeQuietly(queue);
        }
        queues.clear();
    }

    Path source() {
        return source;
    }

    /** Journal files by their path below the directory, in order of time within a journal. */
    Map<String, QueueSource> queues() {
        return queues;
    }

    /** Small files that are written in place, as they were before the journal files were listed. */
    Map<String, byte[]> small() {
        return small;
    }

    /** Files that orders in the journals polled last may name. */
    List<String> published() {
        return published;
    }

    /** Files that never change once they have their name. */
    List<String> whole() {
        return whole;
    }

    // A queue's metadata name its first and last file: they are read before the files are listed and written after
    // those.
    private void list() throws IOException {
        for (final Path file : files(source, 1)) {
            if (!file.endsWith(LOCK) && Files.size(file) <= SMALL) {
                takeSmall(file);
            }
        }
        final List<Path> journal = files(source.resolve(JOURNAL), 2);
        for (final Path file : journal) {
            if (file.endsWith(METADATA)) {
                takeSmall(file);
            }
        }
        final Map<String, QueueSource> gone = new TreeMap<>(queues);
        for (final Path file : files(source.resolve(JOURNAL), 2)) {
            final String name = source.relativize(file).toString();
            gone.remove(name);
            if (name.endsWith(QUEUE_SUFFIX) && !queues.containsKey(name)) {
                queues.put(name, new QueueSource(file));
            }
        }
        for (final Map.Entry<String, QueueSource> old : gone.entrySet()) {
            queues.remove(old.getKey());
            old.getValue().close();
        }
        whole = files(source.resolve(SNAPSHOTS), 2).stream()
                .map(file -> source.relativize(file).toString())
                .filter(name -> !name.endsWith(".tmp"))
                .toList();
    }

    private void takeSmall(final Path file) throws IOException {
        final String name = source.relativize(file).toString();
        final byte[] bytes = Files.readAllBytes(file);
        if (!Arrays.equals(bytes, small.get(name))) {
            small.put(name, bytes);
        }
    }

    private static List<Path> files(final Path directory, final int depth) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory, depth)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (java.io.UncheckedIOException e) {
            throw new IOException(e);
        }
    }
}
