package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts damaged blocks of an engine's directory right, from the manifest's parity or from a copy; without a manifest, what can be by the
 * files' own checksums. Owned by one thread; holds the
 * directory meanwhile.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>A block is written only when what is written agrees with the manifest's checksum of it.
 *   <li>Only damaged blocks are written, and never parity before data: killed at any point, it can be run again.
 *   <li>Without a current manifest only what disagrees with its own checksum is changed, see {@link ContentRepair}: what an
 *       engine wrote since is not to be undone.
 * </ol>
 */
public final class StoreRepair {
    private static final String PROFILES = "profiles/";
    private static final String MAP = ".dat";

    private final Path root;
    private final @Nullable Path copy;
    private final List<Repair> repairs = new ArrayList<>();

    private StoreRepair(final Path root, final @Nullable Path copy) {
        this.root = root;
        this.copy = copy;
    }

    /**
     * Repairs what can be.
     *
     * @param copy another directory with the same files, or null
     * @return what was done about each damaged thing; empty when there was none
     * @throws StoreException when a live process holds the directory, or when it cannot be written
     */
    public static List<Repair> run(final Path root, final @Nullable Path copy) {
        StoreVerifier.requireEngine(root);
        if (copy != null && !Files.isDirectory(copy)) {
            throw new StoreException(copy + " is no directory: give a copy of " + root + ".");
        }
        try {
            final DirectoryLock lock = DirectoryLock.acquire(root, "lock");
            try {
                return new StoreRepair(root, copy).run();
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw new StoreException(root + " cannot be repaired: " + e, e);
        }
    }

    private List<Repair> run() throws IOException {
        final Integrity.Index index = Integrity.index(root);
        if (index == null) {
            return ContentRepair.run(root, copy);
        }
        if (ManifestAge.isOld(root, index)) {
            Integrity.unseal(root);
            final List<Repair> done = new ArrayList<>(ContentRepair.run(root, copy));
            done.add(new Repair(
                    root.resolve(Integrity.DIRECTORY).resolve(Integrity.INDEX).toString(),
                    -1,
                    true,
                    "index removed: the journals were written to since"));
            return done;
        }
        final List<String> files = new ArrayList<>(index.files());
        boolean changed = !index.whole();
        final List<String> strays = new ArrayList<>(Integrity.dataFiles(root));
        strays.removeAll(files);
        for (final String stray : strays) {
            changed |= known(stray, files);
        }
        final int strange = repairs.size();
        for (final String file : List.copyOf(files)) {
            final int before = repairs.size();
            repair(file);
            if (file.startsWith(PROFILES) && file.endsWith(MAP) && lost(before)) {
                dropMap(file, before);
                files.remove(file);
                changed = true;
            }
        }
        changed |= dropAudits(files, strange);
        if (changed) {
            Integrity.writeIndex(root, files);
        }
        if (!index.whole()) {
            add(root.resolve(Integrity.DIRECTORY).resolve(Integrity.INDEX), 0, true, "index written anew");
        }
        if (repairs.size() == strange || repairs.stream().allMatch(Repair::done)) {
            contents();
        }
        return repairs;
    }

    /** What was damaged before the manifest was written agrees with it, and not with itself. */
    private void contents() throws IOException {
        if (!new StoreVerifier(root).agreesWithItself()) {
            // First: what a kill leaves half mended is not to be undone by a manifest that knows the damage.
            Integrity.unseal(root);
            repairs.addAll(ContentRepair.run(root, copy));
            Integrity.seal(root);
        }
    }

    /** A file that the index does not name, as where it lists what has a sidecar: the copy's may say what it was. */
    private boolean known(final String stray, final List<String> files) throws IOException {
        if (!fetchSidecar(stray)) {
            add(
                    root.resolve(stray),
                    -1,
                    false,
                    "nothing says what it was: if the engine did not leave it there, move it away"
                            + (copy == null ? "; else give a copy with --from" : ""));
            return false;
        }
        files.add(stray);
        return true;
    }

    private boolean fetchSidecar(final String file) throws IOException {
        // The copy may be of another close: only a sidecar of the file as it is now is believed.
        final Path from = copy == null ? null : Integrity.sidecar(copy, file);
        if (from == null || !Sidecar.isOf(root.resolve(file), from)) {
            return false;
        }
        final Path sums = Integrity.sidecar(root, file);
        WholeFile.take(from, sums);
        add(sums, -1, true, "sidecar copied from " + from);
        return true;
    }

    /** The copy's, where that is what a damaged one was. */
    private void fetchWholeSidecar(final String file) throws IOException {
        final Path from = copy == null ? null : Integrity.sidecar(copy, file);
        final Path sums = Integrity.sidecar(root, file);
        if (from != null && Files.isRegularFile(from) && !Sidecar.isWhole(sums) && Sidecar.wasThat(sums, from)) {
            WholeFile.take(from, sums);
            add(sums, 0, true, "sidecar copied from " + from);
        }
    }

    private void repair(final String file) throws IOException {
        final Path data = root.resolve(file);
        final Path sums = Integrity.sidecar(root, file);
        if ((!Files.isRegularFile(data) && !fetch(file)) || (!Files.isRegularFile(sums) && !fetchSidecar(file))) {
            if (Files.isRegularFile(data)) {
                add(sums, -1, false, "the sidecar is missing: what the file was is not known");
            }
            return;
        }
        final int before = repairs.size();
        fetchWholeSidecar(file);
        try (Sidecar sidecar = Sidecar.open(sums, true)) {
            if (sidecar.headerWhole()) {
                final BlockMending mending = new BlockMending(
                        data,
                        sums,
                        sidecar.size(),
                        ManifestAge.isJournal(file),
                        copy == null ? null : copy.resolve(file),
                        repairs::add);
                FileComparison.run(data, sidecar, mending);
                if (mending.lostSums() == 0 || mending.lostSums() < failed(before)) {
                    return;
                }
            } else if (rebuild(data, sums, sidecar)) {
                return;
            }
        }
        if (ContentRepair.vouchesFor(root, file)) {
            repairs.subList(before, repairs.size()).removeIf(repair -> !repair.done());
            Sidecar.write(data, sums);
            add(sums, 0, true, "sidecar written anew: what the file holds agrees with checksums of its own");
        }
    }

    /** A file that is gone is begun anew, empty: its blocks then are all damaged and come from the copy. */
    private boolean fetch(final String file) throws IOException {
        final Path data = root.resolve(file);
        final Path from = copy == null ? null : copy.resolve(file);
        if (from == null || !Files.isRegularFile(from)) {
            return begun(file, data);
        }
        WholeFile.take(from, data);
        add(data, -1, true, "file copied from " + from);
        return true;
    }

    /** Parity is all of a file of one block, and more than that where the next launch makes the file anew. */
    private boolean begun(final String file, final Path data) throws IOException {
        final Path sums = Integrity.sidecar(root, file);
        if (Files.isRegularFile(sums)) {
            try (Sidecar sidecar = Sidecar.open(sums, false)) {
                if (sidecar.size() > 0 && sidecar.size() <= IntegrityLayout.BLOCK) {
                    OwnerOnly.directory(Sidecar.parent(data));
                    OwnerOnly.file(data);
                    return true;
                }
            }
        }
        add(data, -1, false, "the file is missing" + (copy == null ? "" : ", also in " + copy));
        return false;
    }

    /** Header lost, entries whole: when all of the file agrees with them, the sidecar is written anew. */
    private boolean rebuild(final Path data, final Path sums, final Sidecar sidecar) throws IOException {
        final boolean agrees = FileComparison.agrees(data, sidecar);
        if (!agrees) {
            add(sums, 0, false, "the sidecar's header is damaged and the file too: how long it was is not known");
        } else {
            Sidecar.write(data, sums);
            add(sums, 0, true, "sidecar written anew, all else of it agreed with the file");
        }
        return agrees;
    }

    private long failed(final int from) {
        return repairs.stream().skip(from).filter(repair -> !repair.done()).count();
    }

    private boolean lost(final int from) {
        return repairs.stream().skip(from).anyMatch(repair -> !repair.done());
    }

    private void dropMap(final String file, final int from) throws IOException {
        final Path data = root.resolve(file);
        repairs.subList(from, repairs.size()).removeIf(repair -> !repair.done());
        // Out of the way first: a map without its sidecar is one that the next launch makes anew.
        Files.deleteIfExists(Integrity.sidecar(root, file));
        Files.deleteIfExists(data);
        add(data, -1, true, "map deleted: the next launch builds it from the journal");
    }

    /** Of an audit with a file that cannot be brought back nothing stays, where the journal that it came from is whole from its start. */
    private boolean dropAudits(final List<String> files, final int from) throws IOException {
        boolean dropped = false;
        for (final Path audit : QueueCheck.children(root.resolve("audit"), "shard-*")) {
            final boolean lost = repairs.stream().skip(from).anyMatch(repair -> !repair.done() && isOf(repair, audit));
            final Path journal = root.resolve("journal").resolve(audit.getFileName());
            if (lost && ContentRepair.isWholeFromTheStart(root, journal)) {
                repairs.subList(from, repairs.size()).removeIf(repair -> !repair.done() && isOf(repair, audit));
                final String folder = "audit/" + audit.getFileName() + "/";
                for (final String file :
                        files.stream().filter(one -> one.startsWith(folder)).toList()) {
                    Files.deleteIfExists(Integrity.sidecar(root, file));
                    Files.deleteIfExists(root.resolve(file));
                    files.remove(file);
                }
                add(audit, -1, true, "audit removed: the next launch makes it anew from the journal");
                dropped = true;
            }
        }
        return dropped;
    }

    /** Whether it is about an audit's file or about the sidecar of one. */
    private boolean isOf(final Repair repair, final Path audit) {
        final Path file = Path.of(repair.file());
        return file.startsWith(audit)
                || file.startsWith(root.resolve(Integrity.DIRECTORY).resolve(root.relativize(audit)));
    }

    private void add(final Path file, final long offset, final boolean done, final String what) {
        repairs.add(new Repair(file.toString(), offset, done, what));
    }
}
