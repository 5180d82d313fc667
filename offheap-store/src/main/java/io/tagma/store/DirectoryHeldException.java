package io.tagma.store;

/**
 * Another engine holds the directory, or the system has not yet taken it from one that is dying: what a process maps is taken down
 * before its locks are, which for a large one takes a moment after it is no longer to be seen.
 */
public final class DirectoryHeldException extends StoreException {
    private static final long serialVersionUID = 1L;

    DirectoryHeldException(final String message) {
        super(message);
    }
}
