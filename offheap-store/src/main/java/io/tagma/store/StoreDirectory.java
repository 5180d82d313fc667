package io.tagma.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine's directory: {@code journal/shard-N}, {@code audit/shard-N}, {@code snapshots/shard-N}, {@code
 * profiles/shard-N.dat}, {@code archive/shard-N}, {@code published} and
 * {@code hlog}. Opened by one process, which alone writes, or attached to for reading, by any number. Immutable once open; any thread.
 *
 * <p>Directories are 0700 and files 0600, whatever the umask. A file names the layout's version; another is locked for as long
 * as the engine lives, kill included, and holds its process id.
 */
public final class StoreDirectory implements AutoCloseable {
    /** Version of the directory's layout, of rows and of excerpts taken together. */
    public static final int LAYOUT_VERSION = 1;

    /** Where what orders publish lies, in files named by the SHA-256 of their content; a journal that names one is replayed with it. */
    public static final String PUBLISHED = "published";

    private static final String LAYOUT_FILE = "layout";
    private static final String LOCK_FILE = "lock";
    private static final String LAYOUT_PREFIX = "tagma-directory ";

    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectory.class);

    private final Path root;
    private final @Nullable DirectoryLock lock;
    private final Integrity.@Nullable Index manifest; // that was current at the launch

    private StoreDirectory(
            final Path root, final @Nullable DirectoryLock lock, final Integrity.@Nullable Index manifest) {
        this.root = root;
        this.lock = lock;
        this.manifest = manifest;
    }

    /**
     * Opens the directory for the one engine that writes it, or makes it: it may be missing or empty.
     *
     * @throws StoreException when another process holds it, when it is of another layout version, or when it is something else;
     *     the message names the directory, the process, the versions and the way out
     */
    public static StoreDirectory open(final Path root) {
        try {
            if (Files.exists(root) && !Files.isDirectory(root)) {
                throw new StoreException(root + " is a file: give the engine a directory.");
            }
            checkForeign(root);
            OwnerOnly.directory(root);
            final DirectoryLock lock = DirectoryLock.acquire(root, LOCK_FILE);
            try {
                final Integrity.Index manifest =
                        LaunchCheck.run(root); // first: what it says of a damaged layout leads further
                claimLayout(root);
                Integrity.unseal(root);
                return new StoreDirectory(root, lock, manifest);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(root + " cannot be opened: " + e, e);
        }
    }

    /**
     * Attaches for reading: takes no lock, creates and changes nothing, and works while an engine holds the directory.
     *
     * @throws StoreException when it is no engine's directory or of another layout version
     */
    public static StoreDirectory attach(final Path root) {
        requireThere(root);
        try {
            checkVersion(root);
        } catch (NoSuchFileException e) {
            throw new StoreException(
                    root + " is no engine's directory: it has no file '" + LAYOUT_FILE
                            + "'. Give the directory that an engine was run with.",
                    e);
        } catch (IOException e) {
            throw new StoreException(root + " cannot be read: " + e, e);
        }
        return new StoreDirectory(root, null, null);
    }

    /**
     * Looks whether an engine could be launched on a directory. One may take it right after.
     *
     * @throws StoreException when a live process holds it
     */
    public static void requireFree(final Path root) {
        try {
            DirectoryLock.requireFree(root, LOCK_FILE);
        } catch (IOException e) {
            throw new StoreException(root + " cannot be read: " + e, e);
        }
    }

    /** Makes a directory that is this user's alone, or tightens one that is there. */
    public static void ownerOnly(final Path directory) {
        OwnerOnly.directory(directory);
    }

    /** The directory. */
    public Path root() {
        return root;
    }

    /** Whether this is the engine that holds the directory. */
    public boolean owner() {
        return lock != null;
    }

    /** Id of the process that holds the directory, -1 for an instant while it takes it; empty when none does. */
    public OptionalLong holderPid() {
        try {
            return DirectoryLock.holder(root, LOCK_FILE);
        } catch (IOException e) {
            throw new StoreException(root + " cannot be read: " + e, e);
        }
    }

    /** A shard's journal. */
    public Path journal(final int shard) {
        return shardDirectory("journal", shard);
    }

    /** A shard's audit. */
    public Path audit(final int shard) {
        return shardDirectory("audit", shard);
    }

    /** A shard's profile rows. */
    public Path profiles(final int shard) {
        return directory(root.resolve("profiles")).resolve(shardName(shard) + ".dat");
    }

    /** A shard's rows that nobody asked for lately. */
    public Path archive(final int shard) {
        return shardDirectory("archive", shard);
    }

    /** A shard's snapshots. */
    public Path snapshots(final int shard) {
        return shardDirectory("snapshots", shard);
    }

    /** Where interval histogram logs go. */
    public Path hlog() {
        return directory(root.resolve("hlog"));
    }

    /** A file directly in a directory of this one, made empty and 0600 when missing if this is the owner. */
    public Path file(final Path parent, final String name) {
        final Path file = parent.resolve(name);
        if (!file.normalize().startsWith(root.normalize())) {
            throw new IllegalArgumentException(file + " is outside " + root);
        }
        if (owner()) {
            OwnerOnly.directory(parent);
            OwnerOnly.file(file);
        }
        return file;
    }

    /** Number of shards that have a journal here: shard-0 to shard-(n-1). */
    public int shards() {
        int n = 0;
        while (Files.isDirectory(root.resolve("journal").resolve(shardName(n)))) {
            n++;
        }
        return n;
    }

    /** Gives the directory back, none of whose files is mapped any more; call it after everything in it was closed. Idempotent. */
    @Override
    public void close() {
        if (lock != null) {
            QueueFiles.awaitUnmapped();
            lock.close();
        }
    }

    /** Closes where a launch came to nothing: a wrong setting shall not cost what damage can be told and mended by. */
    public void abandon() {
        final Integrity.Index last = manifest;
        if (lock != null && last != null) {
            QueueFiles.awaitUnmapped();
            try {
                Integrity.restore(root, last);
            } catch (IOException e) {
                LOG.warn("{} goes on without a manifest, which harms nothing", root, e);
            }
        }
        close();
    }

    private Path shardDirectory(final String kind, final int shard) {
        directory(root.resolve(kind));
        return directory(root.resolve(kind).resolve(shardName(shard)));
    }

    private Path directory(final Path path) {
        if (owner()) {
            OwnerOnly.directory(path);
        }
        return path;
    }

    private static String shardName(final int shard) {
        if (shard < 0) {
            throw new IllegalArgumentException("shard must not be negative: " + shard);
        }
        return "shard-" + shard;
    }

    static void requireThere(final Path root) {
        if (!Files.exists(root)) {
            throw new StoreException(root + " is no engine's directory: there is nothing of that name."
                    + " Give the directory that an engine was run with.");
        }
    }

    private static void checkForeign(final Path root) throws IOException {
        if (!Files.isDirectory(root) || Files.exists(root.resolve(LAYOUT_FILE))) {
            return;
        }
        try (Stream<Path> entries = Files.list(root)) {
            // An engine that was killed while it made the directory leaves the lock file alone.
            if (entries.anyMatch(entry -> !entry.getFileName().toString().equals(LOCK_FILE))) {
                throw new StoreException(root + " is not empty and no engine's directory: it has no file '"
                        + LAYOUT_FILE + "'. Give an empty or a new directory.");
            }
        }
    }

    private static void claimLayout(final Path root) throws IOException {
        final Path layout = root.resolve(LAYOUT_FILE);
        if (Files.exists(layout) && Files.size(layout) > 0) {
            checkVersion(root);
        } else {
            writeLayout(layout);
        }
    }

    /** Whether a directory's layout file is this version's, or another version's that is to be left alone. */
    static boolean isWhole(final Path layout) throws IOException {
        return Files.isRegularFile(layout)
                && Files.readString(layout, StandardCharsets.ISO_8859_1).matches(LAYOUT_PREFIX + "\\d+\\s*");
    }

    static boolean isThisVersions(final Path layout) throws IOException {
        return Files.readString(layout, StandardCharsets.ISO_8859_1).trim().equals(LAYOUT_PREFIX + LAYOUT_VERSION);
    }

    static void writeLayout(final Path layout) throws IOException {
        OwnerOnly.file(layout);
        Files.writeString(layout, LAYOUT_PREFIX + LAYOUT_VERSION + "\n");
    }

    private static void checkVersion(final Path root) throws IOException {
        final String found = Files.readString(root.resolve(LAYOUT_FILE), StandardCharsets.ISO_8859_1)
                .trim();
        if (!isWhole(root.resolve(LAYOUT_FILE))) {
            throw new StoreException(root.resolve(LAYOUT_FILE) + " is damaged: 'tagma repair " + root
                    + "' writes it anew where there is a journal.");
        }
        if (!found.equals(LAYOUT_PREFIX + LAYOUT_VERSION)) {
            throw new StoreException(root + " has the layout '" + found + "', this version reads '" + LAYOUT_PREFIX
                    + LAYOUT_VERSION + "': use the version that wrote it, or another directory.");
        }
    }
}
