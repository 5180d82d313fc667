package io.tagma.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * Makes directories 0700 and files 0600 whatever the umask. Stateless, any thread. On a file system without POSIX modes the
 * modes are left to the system.
 *
 * <p>Files that Chronicle is about to create are made here first, empty: it takes an empty file for one it has just made, so
 * there is no moment at which they are open to others.
 */
public final class OwnerOnly {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private OwnerOnly() {}

    /** Makes the directory and those above it that are missing; tightens it when it is there. */
    public static void directory(final Path directory) {
        try {
            final Path parent = directory.toAbsolutePath().getParent();
            if (parent != null && !Files.exists(parent)) {
                directory(parent);
            }
            if (!Files.isDirectory(directory)) {
                create(directory, true);
            }
            restrict(directory, DIRECTORY);
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be made a directory of this user's alone: " + e, e);
        }
    }

    /** Makes an empty file where there is none; tightens it when it is there. */
    public static void file(final Path file) {
        try {
            if (!Files.exists(file)) {
                create(file, false);
            }
            restrict(file, FILE);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be made a file of this user's alone: " + e, e);
        }
    }

    private static void create(final Path path, final boolean directory) throws IOException {
        try {
            final boolean posix =
                    posix(Objects.requireNonNull(path.toAbsolutePath().getParent()));
            if (directory && posix) {
                Files.createDirectory(path, PosixFilePermissions.asFileAttribute(DIRECTORY));
            } else if (directory) {
                Files.createDirectory(path);
            } else if (posix) {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(FILE));
            } else {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException ignored) {
            // Another process was first; the caller sets the mode.
        }
    }

    private static void restrict(final Path path, final Set<PosixFilePermission> mode) throws IOException {
        if (posix(path) && !Files.getPosixFilePermissions(path).equals(mode)) {
            Files.setPosixFilePermissions(path, mode);
        }
    }

    private static boolean posix(final Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS) != null;
    }
}
