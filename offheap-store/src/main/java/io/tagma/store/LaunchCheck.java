package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be held against the manifest before an engine writes: else the next close would take damage for what the engine wrote, and its
 * sidecars would vouch for it. Stateless; for the directory's owner, while the manifest is current.
 *
 * <ol>
 *   <li>Each journal's newest file, which will be appended to, and what its queue knows of all its files: read, and mended from parity.
 *   <li>A file whose length or time is another than at the close, as in a copy of the directory: the same. From here on its sidecar is of the file
 *       as it is, with the checksums of the close: what could not be mended goes on to show.
 *   <li>Any other file is not read. Its sidecar is from here on older than any change.
 * </ol>
 *
 * <p>Rows are left out: they are written all over, and each has a checksum of its own.
 */
final class LaunchCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LaunchCheck.class);
    private static final String JOURNAL = "journal/";
    private static final String ROWS = "profiles/";

    private LaunchCheck() {}

    /** Checks; returns what was done about each damaged thing, and logs it. */
    static List<Repair> run(final Path root) throws IOException {
        final Integrity.Index index = Integrity.index(root);
        if (index == null) {
            return List.of();
        }
        final List<Repair> repairs = new ArrayList<>();
        for (final String file : index.files()) {
            if (!file.startsWith(ROWS)) {
                repairs.addAll(check(root, file, isAppendedTo(file, index.files())));
            }
        }
        for (final Repair repair : repairs) {
            if (repair.done()) {
                LOG.warn("{} was damaged at byte {}: {}", repair.file(), repair.offset(), repair.what());
            } else {
                LOG.error(
                        "{} is damaged at byte {}: {}. See 'tagma verify {}' and 'tagma repair' once the engine is closed",
                        repair.file(),
                        repair.offset(),
                        repair.what(),
                        root);
            }
        }
        return repairs;
    }

    private static List<Repair> check(final Path root, final String file, final boolean appendedTo) throws IOException {
        final Path data = root.resolve(file);
        final Path sums = Integrity.sidecar(root, file);
        if (!appendedTo && Sidecar.isOf(data, sums)) {
            Sidecar.touch(sums);
            return List.of();
        }
        final List<Repair> repairs = StoreRepair.mend(root, file);
        if (Files.isRegularFile(data)) {
            try (Sidecar sidecar = Sidecar.open(sums, true)) {
                sidecar.retell(data);
            } catch (NoSuchFileException e) {
                return repairs; // it says so
            }
        }
        return repairs;
    }

    /** The last of a journal's files, whose names are times, or its metadata. */
    private static boolean isAppendedTo(final String file, final List<String> files) {
        if (!file.startsWith(JOURNAL)) {
            return false;
        }
        if (!file.endsWith(FileComparison.GROWING)) {
            return true;
        }
        final String directory = file.substring(0, file.lastIndexOf('/') + 1);
        return files.stream()
                .filter(other -> other.startsWith(directory) && other.endsWith(FileComparison.GROWING))
                .noneMatch(other -> other.compareTo(file) > 0);
    }
}
