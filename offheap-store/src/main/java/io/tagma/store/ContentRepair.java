package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
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
    private static final String DAMAGED = ".damaged";
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
            for (final Path file : QueueCheck.children(journal, "*" + FileComparison.GROWING)) {
                lengths(file);
            }
            final Path from = copy == null ? null : copy.resolve("journal").resolve(journal.getFileName());
            if (from != null && Files.isDirectory(from)) {
                final ExcerptMending mending = ExcerptMending.of(journal, from);
                final String other = mending.otherHistory();
                if (other == null) {
                    mending.run((target, offset, file) ->
                            add(target, offset, true, (offset == 0 ? "file" : "excerpt") + " copied from " + file));
                    heads(mending, journal, from);
                } else {
                    add(journal, -1, false, "nothing was taken from the copy: " + other);
                }
            }
            for (final Damage left : damage(QueueCheck.journals(), journal)) {
                if (left.reason().equals(QueueCheck.GONE)) {
                    endBefore(Path.of(left.file()));
                    add(
                            Path.of(left.file()),
                            left.offset(),
                            false,
                            left.reason() + ": lost, the journal ends before it now");
                } else {
                    add(Path.of(left.file()), left.offset(), false, why(left.reason()));
                }
            }
        }
    }

    /** What is needed to read the queue, no more of it than that takes, and only from a copy that can be read. */
    private void heads(final ExcerptMending mending, final Path journal, final Path from) throws IOException {
        final ExcerptMending.Listener listener =
                (target, offset, file) -> add(target, offset, true, "what the queue itself needs copied from " + file);
        if (isLost(root, journal) && !isLost(Objects.requireNonNull(copy), from)) {
            mending.metadata(listener);
            if (isLost(root, journal)) {
                mending.heads(listener);
            }
        }
    }

    /** What is behind the last excerpt that is whole is lost; the queue must not write behind it, where nobody would find that. */
    private static void endBefore(final Path file) throws IOException {
        final WholeExcerpts whole = WholeExcerpts.of(file);
        long last = 0;
        for (int i = 0; i < whole.count(); i++) {
            last = whole.isFramed(i) ? whole.from(i) : last;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            QueueHead.write(channel, last);
        }
    }

    /** Whether the queue does not find its way: that has no place in a file. */
    private static boolean isLost(final Path root, final Path journal) throws IOException {
        return damage(root, QueueCheck.journals(), journal).stream().anyMatch(damage -> damage.offset() < 0);
    }

    /**
     * In front of an excerpt that is whole stands its length, where its number is the one that is missing there: what a writer that was killed left open has been written
     * again since, under the same number.
     */
    private void lengths(final Path file) throws IOException {
        final WholeExcerpts whole = WholeExcerpts.of(file);
        final ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < whole.count(); i++) {
                final long at = whole.body(i) - Integer.BYTES;
                if (!whole.isFramed(i) && at >= 0 && isMissing(whole, i)) {
                    final int found = QueueCheck.header(channel, word, at);
                    if (found != QueueCheck.NOT_COMPLETE) {
                        word.clear().putInt(0, (int) (whole.to(i) - whole.body(i)));
                        while (word.hasRemaining()) {
                            channel.write(word, at + word.position());
                        }
                        add(file, at, true, "the length in front of a whole excerpt written anew");
                    }
                }
            }
        }
    }

    private static boolean isMissing(final WholeExcerpts whole, final int i) {
        final boolean behind = i == 0 || whole.ordinal(i - 1) == whole.ordinal(i) - 1;
        return behind && (i == whole.count() - 1 || whole.ordinal(i + 1) == whole.ordinal(i) + 1);
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
            for (final Path aside : QueueCheck.children(shard, "*" + DAMAGED)) {
                final String name = String.valueOf(aside.getFileName());
                final Path file = aside.resolveSibling(name.substring(0, name.length() - DAMAGED.length()));
                if (copy != null && !Files.exists(file) && taken(file, 0)) {
                    Files.delete(aside);
                }
            }
        }
    }

    private void snapshot(final Path file, final Damage damage) throws IOException {
        if (!taken(file, damage.offset())) {
            // Not deleted: with retention it may be the only one that the journal still begins behind.
            final Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            add(
                    file,
                    damage.offset(),
                    true,
                    "snapshot put aside as " + aside.getFileName()
                            + ": a launch takes the one before, or the whole journal");
        }
    }

    private boolean taken(final Path file, final long offset) throws IOException {
        final Path from = copy == null ? null : copy.resolve(root.relativize(file));
        if (from == null
                || !Files.isRegularFile(from)
                || SnapshotReader.verify(from) != null
                || !isOfThisHistory(Objects.requireNonNull(Sidecar.parent(file).getFileName()))) {
            return false;
        }
        WholeFile.take(from, file);
        add(file, offset, true, "snapshot copied from " + from);
        return true;
    }

    /** Whether the copy's journal of a shard is this one's, as far as both go. */
    private boolean isOfThisHistory(final Path shard) throws IOException {
        final Path from = Objects.requireNonNull(copy).resolve("journal").resolve(shard);
        return Files.isDirectory(from)
                && ExcerptMending.of(root.resolve("journal").resolve(shard), from)
                                .otherHistory()
                        == null;
    }

    private void audits() throws IOException {
        for (final Path audit : QueueCheck.children(root.resolve("audit"), "shard-*")) {
            final List<Damage> damage = damage(QueueCheck.audits(), audit);
            if (damage.isEmpty()) {
                continue;
            }
            final Path journal = root.resolve("journal").resolve(audit.getFileName());
            if (isWholeFromTheStart(root, journal)) {
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

    /** Whether the next launch can make anew all that comes from a journal. */
    static boolean isWholeFromTheStart(final Path root, final Path journal) throws IOException {
        if (QueueCheck.children(journal, "*.cq4").isEmpty()
                || !damage(root, QueueCheck.journals(), journal).isEmpty()) {
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

    /** Whether a file of excerpts, records or a snapshot agrees with the checksums in it; false for a file that has none. */
    static boolean vouchesFor(final Path root, final String file) throws IOException {
        final Path path = root.resolve(file);
        final Path folder = Sidecar.parent(path);
        return switch (file.substring(0, Math.max(0, file.indexOf('/')))) {
            case "journal" ->
                ManifestAge.isJournal(file)
                        && damage(root, QueueCheck.journals(), folder).isEmpty();
            case "audit" ->
                file.endsWith(FileComparison.GROWING)
                        && damage(root, QueueCheck.audits(), folder).isEmpty();
            case "snapshots" -> file.endsWith(".snap") && SnapshotReader.verify(path) == null;
            default -> false;
        };
    }

    private List<Damage> damage(final FileCheck check, final Path queue) throws IOException {
        return damage(root, check, queue);
    }

    /** What a check finds in one shard's queue. */
    private static List<Damage> damage(final Path root, final FileCheck check, final Path queue) throws IOException {
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
