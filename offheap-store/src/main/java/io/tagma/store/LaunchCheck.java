package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what an engine will append to, each journal's newest file and its metadata, against the manifest of the last close, before the launch makes that stale: else
 * the next close would take damage there for what the engine wrote, and its sidecars would vouch for it. Changes nothing. Stateless; for the
 * directory's owner.
 *
 * <p>What differs was damaged, or written by something else that left an old manifest beside it; which of both, nobody can tell, so the launch is
 * refused and the message says what to do in either case.
 */
final class LaunchCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchCheck.class);
    private static final String JOURNAL = "journal/";
    private static final long WORTH_SAYING = 1L << 30;

    private LaunchCheck() {}

    /**
     * Checks.
     *
     * @throws StoreException when something differs
     */
    static void run(final Path root) throws IOException {
        final Integrity.Index index = Integrity.index(root);
        if (index == null) {
            return;
        }
        for (final String file : appendedTo(index.files())) {
            final Path data = root.resolve(file);
            final Path sums = Integrity.sidecar(root, file);
            if (Files.isRegularFile(data) && Files.isRegularFile(sums)) {
                check(root, data, sums);
            }
        }
    }

    private static void check(final Path root, final Path data, final Path sums) {
        final First first = new First();
        try (Sidecar sidecar = Sidecar.open(sums, false)) {
            if (Files.size(data) > WORTH_SAYING) {
                LOG.info("{}, {} bytes, is held against the manifest of the last close", data, Files.size(data));
            }
            FileComparison.run(data, sidecar, first);
        } catch (IOException e) {
            LOG.error("{} could not be held against the manifest of the last close", data, e);
            return;
        }
        if (first.offset >= 0) {
            throw new StoreException(data + " is not as the last close left it, from byte " + first.offset
                    + " on: run 'tagma repair " + root
                    + "', which mends what it can from parity, or from a copy with --from. If something else"
                    + " wrote there on purpose since, delete "
                    + root.resolve(Integrity.DIRECTORY).resolve(Integrity.INDEX)
                    + " and launch again.");
        }
    }

    /** Of each journal the last file, whose names are times, and its metadata. */
    private static List<String> appendedTo(final List<String> files) {
        final Map<String, String> newest = new TreeMap<>();
        for (final String file : files) {
            if (file.startsWith(JOURNAL)) {
                final boolean grows = file.endsWith(FileComparison.GROWING);
                final String key = grows ? file.substring(0, file.lastIndexOf('/') + 1) : file;
                newest.merge(key, file, (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
        return newest.values().stream().toList();
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
