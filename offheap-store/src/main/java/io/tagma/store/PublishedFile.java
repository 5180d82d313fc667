package io.tagma.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * A file that a journal names by the SHA-256 of its content, beside the journal in {@link StoreDirectory#PUBLISHED}: written once, never
 * changed, never deleted by the engine. Stateless, any thread.
 */
public final class PublishedFile {
    private static final String SUFFIX = ".model";
    private static final String FRESH = "new";
    private static final int BUFFER = 1 << 16;

    private PublishedFile() {}

    /**
     * Writes one.
     *
     * @param directory {@link StoreDirectory#PUBLISHED} of an engine's directory; made where it is missing
     * @param content writes what is to be in it; the file is a snapshot's in its outer form, blocks with checksums of their own
     * @return the SHA-256 by which it is named, in hexadecimal
     * @throws StoreException when the disk refuses; nothing is published then
     */
    public static synchronized String write(final Path directory, final Consumer<SnapshotWriter> content) {
        StoreDirectory.ownerOnly(directory);
        final Path fresh = directory.resolve(FRESH);
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(fresh, 0, 0, 0, 0))) {
            content.accept(out);
            out.commit();
        }
        try {
            final String sha256 = sha256(fresh);
            Files.move(
                    fresh,
                    path(directory, sha256),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            SnapshotFiles.force(directory);
            return sha256;
        } catch (IOException e) {
            throw new StoreException(fresh + " cannot be published: " + e, e);
        }
    }

    /**
     * Opens one, after its every byte was held against its name.
     *
     * @throws StoreException when it is missing or damaged, with what to do
     */
    public static SnapshotReader open(final Path directory, final String sha256) {
        final Path file = path(directory, sha256);
        final String fault = fault(file);
        if (!fault.isEmpty()) {
            throw new StoreException(
                    file + " " + fault + ". An order in the journal publishes it, and nothing behind that"
                            + " order can be replayed without it: bring it back from a copy of the directory.");
        }
        return SnapshotReader.open(file);
    }

    /** Where the file of a SHA-256 is, or would be. */
    public static Path path(final Path directory, final String sha256) {
        return directory.resolve(sha256 + SUFFIX);
    }

    /** Whether a file has the name of a published one. */
    public static boolean isOne(final Path file) {
        return String.valueOf(file.getFileName()).matches("[0-9a-f]{64}\\" + SUFFIX);
    }

    /** What is wrong with a published file, or nothing. */
    public static String fault(final Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return "is missing";
            }
            final String name = String.valueOf(file.getFileName());
            final String found = sha256(file);
            return name.equals(found + SUFFIX) ? "" : "is damaged: its content has the SHA-256 " + found;
        } catch (IOException e) {
            return "cannot be read: " + e;
        }
    }

    private static String sha256(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            final byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
