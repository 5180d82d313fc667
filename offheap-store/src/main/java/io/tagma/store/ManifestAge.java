package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells a manifest that lies beside journals of a later time, as where the files of a killed engine were copied over those of a closed one, from damage: what was written
 * since must not be undone by what is older. Stateless.
 *
 * <p>Excerpts that agree with their own checksums and are not in the manifest were written, not damaged: a block of a journal is the one of the close, and behind
 * what that held are excerpts of later numbers, or a journal has a newer file that holds some.
 */
final class ManifestAge {
    private static final String JOURNAL = "journal/";

    private ManifestAge() {}

    /** Whether journals were written to since the manifest was. */
    static boolean isOld(final Path root, final Integrity.Index index) throws IOException {
        for (final String file : Integrity.dataFiles(root)) {
            if (isJournal(file) && wroteOn(root, file, index)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is a file of a journal, which grows by excerpts. */
    static boolean isJournal(final String file) {
        return file.startsWith(JOURNAL) && file.endsWith(FileComparison.GROWING);
    }

    private static boolean wroteOn(final Path root, final String file, final Integrity.Index index) throws IOException {
        final Path data = root.resolve(file);
        if (index.files().contains(file)) {
            final Path sums = Integrity.sidecar(root, file);
            return Files.isRegularFile(sums) && wroteOn(data, sums);
        }
        return index.whole()
                && isNewest(file, index.files())
                && WholeExcerpts.of(data).count() > 0;
    }

    private static boolean isNewest(final String file, final List<String> known) {
        final String folder = file.substring(0, file.lastIndexOf('/') + 1);
        return known.stream()
                .filter(other -> isJournal(other) && other.startsWith(folder))
                .allMatch(other -> other.compareTo(file) < 0);
    }

    /** Whether excerpts were appended to a file since its sidecar was written. */
    static boolean wroteOn(final Path data, final Path sums) throws IOException {
        try (Sidecar sidecar = Sidecar.open(sums, false)) {
            if (!sidecar.headerWhole()) {
                return false;
            }
            final Appended appended = new Appended(data);
            FileComparison.run(data, sidecar, appended);
            return appended.found;
        }
    }

    private static final class Appended implements FileComparison.Visitor {
        private static final int ZEROS = new BlockGroup().checksum(0);

        private final Path data;
        private @Nullable WholeExcerpts excerpts;
        private boolean found;

        Appended(final Path data) {
            this.data = data;
        }

        @Override
        public void size(final long size, final long expected) {
            // a queue's file has any
        }

        @Override
        public int blocks(final long number, final BlockGroup group, final int bad, final @Nullable Sidecar entry)
                throws IOException {
            WholeExcerpts whole = excerpts;
            if (whole == null) {
                whole = WholeExcerpts.of(data);
                excerpts = whole;
            }
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS && !found; block++) {
                if ((bad & 1 << block) != 0 && !group.isUnreadable(block) && isLast(entry, block)) {
                    final int was = entry == null ? ZEROS : entry.blockChecksum(block);
                    final long begin = number * IntegrityLayout.GROUP + (long) block * IntegrityLayout.BLOCK;
                    found = whole.appendedTo(group, block, was, begin);
                }
            }
            return bad;
        }

        /** Whether a block may have been the last that was not zero, behind which alone something can have been appended. */
        private static boolean isLast(final @Nullable Sidecar entry, final int block) {
            return entry == null
                    || block == IntegrityLayout.GROUP_BLOCKS - 1
                    || entry.blockChecksum(block + 1) == ZEROS;
        }

        @Override
        public void entry(final Sidecar entry, final long number, final BlockGroup group) {
            // the manifest's own damage
        }

        @Override
        public void unknown(final long number) {
            // cannot be told
        }
    }
}
