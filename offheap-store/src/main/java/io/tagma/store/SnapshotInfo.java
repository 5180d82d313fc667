package io.tagma.store;

import java.nio.file.Path;

/**
 * What a snapshot's header says. Immutable.
 *
 * @param file that holds it
 * @param shard whose state it is
 * @param sequence of the last input whose effects it holds
 * @param stateHash of the shard after that input
 * @param timeNs when it was taken, epoch nanoseconds
 */
public record SnapshotInfo(Path file, int shard, long sequence, long stateHash, long timeNs) {}
