package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what an engine will go on with against the manifest of the last close, before the launch makes that stale: else
 * the next close would take damage there for what the engine wrote, and its sidecars would vouch for it. Changes nothing. Stateless; for the
 * directory's owner.
 *
 * <p>Each journal's newest file, the head of each audit's, and all small files are read; of the others, those that do not have the time and the length of the close. What each launch makes
 * anew (rows, archive), passes over where it is damaged (snapshots) or can make anew from the journal (audit records) is not looked at, nor are logs, nor anything where the
 * manifest is older than the journals ({@link ManifestAge}). What differs was damaged, or written by something else; which of both, nobody can tell, so the launch
 * is refused and the message says what to do in either case.
 */
final class LaunchCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchCheck.class);
    private static final List<String> LEFT_OUT = List.of("profiles/", "archive/", "snapshots/", "hlog/");
    private static final String AUDIT = "audit/";
    private static final int HEAD_GROUPS = 1; // a queue's header and the beginning of its index
    private static final long WORTH_SAYING = 1L << 30;
    private static final long SMALL = 1 << 20;

    private LaunchCheck() {}

    /**
     * Checks.
     *
     * @return the manifest, null where there is none that is whole and not older than the journals
     * @throws StoreException when something differs, is missing, or cannot be read
     */
    static Integrity.@Nullable Index run(final Path root) throws IOException {
        final Integrity.Index index = Integrity.index(root);
        if (index == null) {
            return null;
        }
        final Set<String> newest = newestOfQueues(index.files());
        for (final String file : index.files()) {
            if (looksAt(file) || newest.contains(file)) {
                final String wrong = wrong(root, file, newest.contains(file));
                if (wrong != null) {
                    if (ManifestAge.isOld(root, index)) {
                        return null;
                    }
                    throw refused(root, wrong);
                }
            }
        }
        return index.whole() ? index : null;
    }

    /** Whether a launch depends on it being as it was, all of it. */
    static boolean looksAt(final String file) {
        return LEFT_OUT.stream().noneMatch(file::startsWith) && !isRecords(file);
    }

    private static boolean isRecords(final String file) {
        return file.startsWith(AUDIT) && file.endsWith(FileComparison.GROWING);
    }

    /** Whether each launch makes it anew. */
    static boolean isView(final String file) {
        return file.startsWith("profiles/") || file.startsWith("archive/");
    }

    private static @Nullable String wrong(final Path root, final String file, final boolean isNewest) {
        final Path data = root.resolve(file);
        if (!Files.exists(data)) {
            return ManifestAge.isJournal(file) ? data + " is missing" : null;
        }
        final Path sums = Integrity.sidecar(root, file);
        if (!Files.isRegularFile(sums)) {
            return null;
        }
        try {
            final long size = Files.size(data);
            return isNewest || size <= SMALL || !Sidecar.isOf(data, sums)
                    ? difference(data, sums, size, isRecords(file) ? HEAD_GROUPS : Integer.MAX_VALUE)
                    : null;
        } catch (IOException e) {
            LOG.error("{} could not be held against the manifest of the last close", data, e);
            return data + " cannot be read: " + e.getMessage();
        }
    }

    private static @Nullable String difference(final Path data, final Path sums, final long size, final int groups)
            throws IOException {
        final First first = new First();
        try (Sidecar sidecar = Sidecar.open(sums, false)) {
            if (!sidecar.headerWhole()) {
                return null; // the manifest's own damage: 'tagma verify' names it
            }
            if (size > WORTH_SAYING && groups > HEAD_GROUPS) {
                LOG.info("{}, {} bytes, is held against the manifest of the last close", data, size);
            }
            FileComparison.runHead(data, sidecar, groups, first);
        }
        return first.offset < 0 ? null : data + " is not as the last close left it, from byte " + first.offset + " on";
    }

    private static StoreException refused(final Path root, final String wrong) {
        return new StoreException(wrong + ": run 'tagma repair " + root
                + "', which mends what it can from parity, or from a copy with --from. If something else"
                + " changed it on purpose since, delete "
                + root.resolve(Integrity.DIRECTORY).resolve(Integrity.INDEX)
                + " and launch again.");
    }

    /** The last file of each, whose names are times. */
    private static Set<String> newestOfQueues(final List<String> files) {
        final Map<String, String> newest = new HashMap<>();
        for (final String file : files) {
            if (ManifestAge.isJournal(file) || isRecords(file)) {
                final String folder = file.substring(0, file.lastIndexOf('/') + 1);
                newest.merge(folder, file, (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
        return Set.copyOf(newest.values());
    }

    /** Where the first byte is, or may be, that differs. What is damaged of a sidecar alone is not the file's. */
    private static final class First implements FileComparison.Visitor {
        private long offset = -1;

        @Override
        public void size(final long found, final long expected) {
            differs(Math.min(found, expected));
        }

        @Override
        public int blocks(final long number, final BlockGroup group, final int bad, final @Nullable Sidecar entry) {
            differs(number * IntegrityLayout.GROUP + (long) Integer.numberOfTrailingZeros(bad) * IntegrityLayout.BLOCK);
            return bad;
        }

        @Override
        public void entry(final Sidecar entry, final long number, final BlockGroup group) {
            // the manifest's own damage: 'tagma verify' names it
        }

        @Override
        public void unknown(final long number) {
            // cannot be told
        }

        private void differs(final long at) {
            offset = offset < 0 ? at : Math.min(offset, at);
        }
    }
}
