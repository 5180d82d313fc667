package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything in an engine's directory and names what is damaged. Owned by one thread. Changes nothing and keeps no lock, so
 * it works beside a live engine and on what a killed one left.
 *
 * <p>After an orderly close there is a manifest, and each byte is held against it. Where all agree, and without one, things are checked by what is in
 * them: journal excerpts, audit records, rows, snapshots and archive blocks have checksums of their own; the queues' own indexes have not. So damage of
 * before the close shows too. A manifest that is older than the journals ({@link ManifestAge}) counts as none.
 */
public final class StoreVerifier {
    private final Path root;
    private final List<FileCheck> checks = new ArrayList<>(List.of(
            QueueCheck.journals(), QueueCheck.audits(), new RowCheck(), new SnapshotCheck(), new ArchiveFilesCheck()));
    private Watcher watcher = (what, bytes, of) -> {};

    /** Told of how far it is, by the verifying thread. */
    public interface Watcher {
        /**
         * What is read next.
         *
         * @param what a file, relative to the directory, or a kind of things
         * @param bytes read before, of those files that are held against a manifest
         * @param of all of their bytes; 0 where things are checked by what is in them
         */
        void at(String what, long bytes, long of);
    }

    /** Of a directory. */
    public StoreVerifier(final Path root) {
        this.root = root;
    }

    /** Checks one more kind of files where there is no manifest. */
    public StoreVerifier with(final FileCheck check) {
        checks.add(check);
        return this;
    }

    /** Has somebody told of how far it is. */
    public StoreVerifier watchedBy(final Watcher told) {
        watcher = told;
        return this;
    }

    /**
     * Verifies.
     *
     * @throws StoreException when it is no engine's directory or cannot be read
     */
    public VerifyReport verify() {
        try {
            requireEngine(root);
            final Integrity.Index index = Integrity.index(root);
            final boolean live = DirectoryLock.holder(root, "lock").isPresent();
            if (index != null && !live) {
                final List<Damage> differences = differences(index);
                final VerifyReport report = byManifest(index, differences);
                if (differences.isEmpty() && report.damage().isEmpty()) {
                    return withContents(report);
                }
                // An engine that was launched meanwhile took the index away before it wrote.
                if (Integrity.index(root) != null) {
                    return ManifestAge.isOld(root, index)
                            ? byContents(true)
                            : differences.isEmpty() ? withContents(report) : report;
                }
            }
            return byContents(false);
        } catch (IOException e) {
            throw new StoreException(root + " cannot be verified: " + e, e);
        }
    }

    private VerifyReport withContents(final VerifyReport report) throws IOException {
        final VerifyReport contents = byContents(false);
        if (!contents.damage().isEmpty() && Integrity.index(root) == null) {
            return byContents(false); // an engine was launched meanwhile, and what it was just writing is no damage
        }
        final List<Damage> damage = new ArrayList<>(report.damage());
        damage.addAll(contents.damage());
        return new VerifyReport(true, false, false, report.files(), report.bytes(), contents.whole(), damage);
    }

    static void requireEngine(final Path root) {
        StoreDirectory.requireThere(root);
        if (!Files.isRegularFile(root.resolve("layout"))
                && !Files.isDirectory(root.resolve(Integrity.DIRECTORY))
                && !Files.isDirectory(root.resolve("journal"))) {
            throw new StoreException(root + " is no engine's directory: it has neither layout nor journal."
                    + " Give the directory that an engine was run with.");
        }
    }

    /** Whether all that has a checksum of its own agrees with it, whatever a manifest says; for who holds the directory. */
    boolean agreesWithItself() throws IOException {
        return byContents(false, false).damage().isEmpty();
    }

    private VerifyReport byContents(final boolean oldManifest) throws IOException {
        return byContents(oldManifest, DirectoryLock.holder(root, "lock").isPresent());
    }

    private VerifyReport byContents(final boolean oldManifest, final boolean live) throws IOException {
        final List<Damage> damage = new ArrayList<>();
        try {
            StoreDirectory.attach(root).close();
        } catch (StoreException e) {
            damage.add(new Damage(-1, root.resolve("layout").toString(), 0, String.valueOf(e.getMessage())));
        }
        final Map<String, Long> whole = new TreeMap<>();
        for (final FileCheck check : checks) {
            watcher.at(check.items(), 0, 0);
            whole.merge(check.items(), check.check(root, live, damage::add), Long::sum);
        }
        final List<String> files = Integrity.dataFiles(root);
        return new VerifyReport(false, oldManifest, live, files.size(), bytes(files), whole, damage);
    }

    private VerifyReport byManifest(final Integrity.Index index, final List<Damage> differences) throws IOException {
        final List<Damage> damage = new ArrayList<>(differences);
        final List<String> there = new ArrayList<>(Integrity.dataFiles(root));
        there.removeAll(index.files());
        // With a damaged index too, what has no sidecar was not there when the manifest was written.
        for (final String stray : there) {
            damage.add(new Damage(-1, root.resolve(stray).toString(), 0, "a file that the engine did not leave there"));
        }
        return new VerifyReport(true, false, false, index.files().size(), bytes(index.files()), Map.of(), damage);
    }

    private List<Damage> differences(final Integrity.Index index) throws IOException {
        final List<Damage> damage = new ArrayList<>();
        if (!index.whole()) {
            damage.add(new Damage(
                    -1,
                    root.resolve(Integrity.DIRECTORY).resolve(Integrity.INDEX).toString(),
                    0,
                    "the manifest's index does not agree with its checksum"));
        }
        final long all = bytes(index.files());
        long read = 0;
        for (final String file : index.files()) {
            watcher.at(file, read, all);
            compare(file, damage::add);
            read += bytes(List.of(file));
        }
        return damage;
    }

    private void compare(final String file, final Consumer<Damage> found) throws IOException {
        final Path data = root.resolve(file);
        final Path sums = Integrity.sidecar(root, file);
        if (!Files.isRegularFile(data)) {
            found.accept(new Damage(-1, data.toString(), 0, "the file is missing"));
            return;
        }
        try (Sidecar sidecar = Sidecar.open(sums, false)) {
            if (!sidecar.headerWhole()) {
                found.accept(
                        new Damage(-1, sums.toString(), 0, "the sidecar's header does not agree with its checksum"));
            }
            FileComparison.run(data, sidecar, new Namer(data, sums, found));
        } catch (NoSuchFileException e) {
            found.accept(new Damage(-1, sums.toString(), 0, "the sidecar is missing"));
        }
    }

    private long bytes(final List<String> files) throws IOException {
        long bytes = 0;
        for (final String file : files) {
            final Path path = root.resolve(file);
            bytes += Files.exists(path) ? Files.size(path) : 0;
        }
        return bytes;
    }

    /** Names what differs. */
    private record Namer(Path data, Path sums, Consumer<Damage> found) implements FileComparison.Visitor {
        @Override
        public void size(final long size, final long expected) {
            found.accept(new Damage(
                    -1,
                    data.toString(),
                    Math.min(size, expected) / IntegrityLayout.BLOCK * IntegrityLayout.BLOCK,
                    "the file has " + size + " bytes, but had " + expected));
        }

        @Override
        public int blocks(final long number, final BlockGroup group, final int bad, final @Nullable Sidecar entry) {
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
                if ((bad & 1 << block) != 0) {
                    final long index = number * IntegrityLayout.GROUP_BLOCKS + block;
                    found.accept(new Damage(
                            index,
                            data.toString(),
                            index * IntegrityLayout.BLOCK,
                            group.isUnreadable(block)
                                    ? "the block cannot be read"
                                    : entry == null
                                            ? "bytes where there were none"
                                            : "the block does not agree with its checksum"));
                }
            }
            return bad;
        }

        @Override
        public void entry(final Sidecar entry, final long number, final BlockGroup group) {
            found.accept(new Damage(
                    -1, sums.toString(), entry.offset(), "the sidecar's entry does not agree with its checksum"));
        }

        @Override
        public void unknown(final long number) {
            found.accept(new Damage(
                    number * IntegrityLayout.GROUP_BLOCKS,
                    data.toString(),
                    number * IntegrityLayout.GROUP,
                    "64 KiB that cannot be checked: their checksums are damaged"));
        }
    }
}
