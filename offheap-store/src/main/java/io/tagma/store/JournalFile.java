package io.tagma.store;

import java.nio.file.Path;

/**
 * One file of a journal: the excerpts of one roll. Immutable.
 *
 * @param path of the file
 * @param firstSequence first sequence of its first excerpt, -1 where it holds none that is whole
 * @param bytes that it takes on the disk, holes not counted
 * @param modifiedMs when it was written last, epoch ms
 */
public record JournalFile(Path path, long firstSequence, long bytes, long modifiedMs) {}
