package io.tagma.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One kind of files of an engine's directory, checked by what is in them alone: for a directory without a current manifest.
 * Implementations keep no state, change nothing, take no lock, and work beside an engine that writes.
 */
public interface FileCheck {
    /** What its items are called, in the plural: {@code journal excerpts}. */
    String items();

    /**
     * Reads everything of this kind and names each bad thing with its file and the offset in it.
     *
     * @param root the engine's directory
     * @param live whether an engine writes there meanwhile; what it is just writing is not damage
     * @param found told of each bad thing
     * @return how many whole items there are
     */
    long check(Path root, boolean live, Consumer<Damage> found) throws IOException;
}
