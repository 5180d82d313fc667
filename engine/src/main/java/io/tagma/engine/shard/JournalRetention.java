package io.tagma.engine.shard;

import io.tagma.engine.Retention;
import io.tagma.store.JournalFile;
import io.tagma.store.JournalFiles;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.SnapshotReader;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one shard's journal within its bounds. Stateless; the directory's owner only. */
final class JournalRetention {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);

    private JournalRetention() {}

    /**
     * Deletes the oldest files beyond the bounds, as far as they are not needed.
     *
     * @param audited the last sequence that the audit has seen; {@link Long#MAX_VALUE} without an audit
     * @return how many were deleted
     */
    static int apply(
            final Path journal, final Path snapshots, final Retention bounds, final long audited, final long nowMs) {
        if (!bounds.limits()) {
            return 0;
        }
        // The oldest snapshot that is whole: should the newer turn out damaged, it and the journal behind it are what
        // is left.
        final long held = oldestWhole(snapshots);
        final List<JournalFile> files = JournalFiles.list(journal);
        long bytes = files.stream().mapToLong(JournalFile::bytes).sum();
        int deleted = 0;
        for (int i = 0; i + 1 < files.size(); i++) {
            final JournalFile file = files.get(i);
            final boolean tooMany = bounds.files() > 0 && files.size() - i > bounds.files();
            final boolean tooLarge = bounds.bytes() > 0 && bytes > bounds.bytes();
            final boolean tooOld = bounds.ageMs() > 0 && nowMs - file.modifiedMs() > bounds.ageMs();
            final long next = files.get(i + 1).firstSequence();
            // The next file may begin with outputs of the last inputs in this one: strictly behind, then.
            if (!(tooMany || tooLarge || tooOld) || next < 0 || next > held || next > audited) {
                break;
            }
            JournalFiles.delete(file);
            bytes -= file.bytes();
            deleted++;
        }
        if (deleted > 0) {
            LOG.info("{}: {} files beyond the retention deleted", journal, deleted);
        }
        return deleted;
    }

    private static long oldestWhole(final Path snapshots) {
        final List<Path> files = SnapshotFiles.newestFirst(snapshots);
        for (int i = files.size() - 1; i >= 0; i--) {
            if (SnapshotReader.verify(files.get(i)) == null) {
                return SnapshotFiles.sequence(files.get(i));
            }
        }
        return -1;
    }
}
