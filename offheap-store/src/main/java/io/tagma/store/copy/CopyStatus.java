package io.tagma.store.copy;

import java.nio.file.Path;

/**
 * How one copy stands. Immutable.
 *
 * @param root directory of the copy
 * @param ok whether it can be written; when not, it is tried again by itself
 * @param lagBytes committed bytes of the journals that it lacks
 * @param lagMs since it lacked nothing, ms; 0 while it lacks nothing
 * @param shippedBytes written to it since the shipper was opened
 * @param failures how often it was given up for a while
 * @param lastFailure what happened last, "" for nothing
 */
public record CopyStatus(
        Path root, boolean ok, long lagBytes, long lagMs, long shippedBytes, long failures, String lastFailure) {}
