package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repairs a directory whose engine was killed, and which so has no manifest, by what its files say of themselves: journal excerpts and
 * snapshots come from a copy and are checked there, and views (rows, archive, audit) are removed where the next launch builds
 * them anew from the journal. Owned by one thread, which holds the directory. Nothing that is whole is changed; killed at any point,
 * it can be run again.
 */
final class ContentRepair {
    private static final String LAYOUT = "layout";
    private static final String AGAIN = ": the next launch makes it anew from the journal";

    private final Path root;
    private final @Nullable Path copy;
    private final List<Repair> repairs = new ArrayList<>();

    private ContentRepair(final Path root, final @Nullable Path copy) {
        this.root = root;
        this.copy = copy;
    }

    static List<Repair> run(final Path root, final @Nullable Path copy) throws IOException {
        final ContentRepair repair = new ContentRepair(root, copy);
        repair.layout();
        repair.journals();
        repair.snapshots();
        repair.audits();
        repair.rows();
        repair.archives();
        return repair.repairs;
    }

    /** One text for all directories of this version; another version's is left alone. */
    private void layout() throws IOException {
        final Path layout = root.resolve(LAYOUT);
        if (StoreDirectory.isWhole(layout)) {
            if (!StoreDirectory.isThisVersions(layout)) {
                add(layout, 0, false, "another version's layout: left as it is");
            }
            return;
        }
        if (!Files.isDirectory(root.resolve("journal"))) {
            add(layout, 0, false, "no layout of this version, and no journal: left as it is");
            return;
        }
        StoreDirectory.writeLayout(layout);
        add(layout, 0, true, "layout written anew");
    }

    private void journals() throws IOException {
        for (final Path journal : QueueCheck.children(root.resolve("journal"), "shard-*")) {
            if (damage(QueueCheck.journals(), journal).isEmpty()) {
                continue;
            }
            final Path from = copy == null ? null : copy.resolve("journal").resolve(journal.getFileName());
            if (from != null && Files.isDirectory(from)) {
                for (final Path file : QueueCheck.children(from, "*.cq4")) {
                    final Path target = journal.resolve(file.getFileName());
                    final ExcerptMending mending = new ExcerptMending(
                            file, target, offset -> add(target, offset, true, "excerpt copied from " + file));
                    mending.run();
                }
            }
            for (final Damage left : damage(QueueCheck.journals(), journal)) {
                add(Path.of(left.file()), left.offset(), false, why(left.reason()));
            }
        }
    }

    private String why(final String reason) {
        return reason
                + (copy == null
                        ? "; give a copy with --from. A launch does without it where a newer snapshot is whole"
                        : ", and it is not whole in " + copy);
    }

    private void snapshots() throws IOException {
        for (final Path shard : QueueCheck.children(root.resolve("snapshots"), "shard-*")) {
            for (final Path file : SnapshotFiles.newestFirst(shard)) {
                final Damage damage = SnapshotReader.verify(file);
                if (damage != null) {
                    snapshot(file, damage);
                }
            }
        }
    }

    private void snapshot(final Path file, final Damage damage) throws IOException {
        final Path from = copy == null ? null : copy.resolve(root.relativize(file));
        if (from != null && Files.isRegularFile(from) && SnapshotReader.verify(from) == null) {
            final Path aside = SnapshotFiles.aside(file);
            Files.deleteIfExists(aside);
            OwnerOnly.file(aside);
            Files.copy(from, aside, StandardCopyOption.REPLACE_EXISTING);
            OwnerOnly.file(aside);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            add(file, damage.offset(), true, "snapshot copied from " + from);
        } else {
            Files.delete(file);
            add(file, damage.offset(), true, "snapshot removed: a launch takes the one before, or the whole journal");
        }
    }

    private void audits() throws IOException {
        for (final Path audit : QueueCheck.children(root.resolve("audit"), "shard-*")) {
            final List<Damage> damage = damage(QueueCheck.audits(), audit);
            if (damage.isEmpty()) {
                continue;
            }
            final Path journal = root.resolve("journal").resolve(audit.getFileName());
            if (isWholeFromTheStart(journal)) {
                for (final Path file : QueueCheck.children(audit, "*.cq4*")) {
                    Files.delete(file);
                }
                add(audit, -1, true, "audit removed" + AGAIN);
            } else {
                for (final Damage left : damage) {
                    add(
                            Path.of(left.file()),
                            left.offset(),
                            false,
                            left.reason() + "; the journal that it came from is not whole from its start");
                }
            }
        }
    }

    private boolean isWholeFromTheStart(final Path journal) throws IOException {
        if (QueueCheck.children(journal, "*.cq4").isEmpty()
                || !damage(QueueCheck.journals(), journal).isEmpty()) {
            return false;
        }
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            return tailer.next() == TailerCode.EXCERPT && tailer.ordinal() == 0;
        }
    }

    private void rows() throws IOException {
        for (final String map : files(new RowCheck())) {
            final Path damaged = Path.of(map);
            final String name = String.valueOf(damaged.getFileName());
            final int end = name.indexOf(".dat");
            final Path file = end < 0 ? damaged : damaged.resolveSibling(name.substring(0, end) + ".dat");
            Files.deleteIfExists(RowDirectory.beside(file));
            Files.deleteIfExists(ProfileLayoutFile.beside(file));
            Files.deleteIfExists(file);
            add(file, -1, true, "map removed" + AGAIN);
        }
    }

    private void archives() throws IOException {
        for (final String segment : files(new ArchiveFilesCheck())) {
            Files.deleteIfExists(Path.of(segment));
            add(Path.of(segment), -1, true, "segment removed: each launch begins with an empty archive");
        }
    }

    private Set<String> files(final FileCheck check) throws IOException {
        final Set<String> files = new LinkedHashSet<>();
        check.check(root, false, damage -> files.add(damage.file()));
        return files;
    }

    /** What a check finds in one shard's queue. */
    private List<Damage> damage(final FileCheck check, final Path queue) throws IOException {
        final List<Damage> found = new ArrayList<>();
        check.check(root, false, damage -> {
            if (Path.of(damage.file()).startsWith(queue)) {
                found.add(damage);
            }
        });
        return found;
    }

    private void add(final Path file, final long offset, final boolean done, final String what) {
        repairs.add(new Repair(file.toString(), offset, done, what));
    }
}
