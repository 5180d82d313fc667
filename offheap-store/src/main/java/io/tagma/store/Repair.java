package io.tagma.store;

/**
 * What was done about one damaged thing. Immutable.
 *
 * @param file it is in
 * @param offset in the file, -1 where it is about the whole file
 * @param done whether the thing is now as it was
 * @param what was done, or why nothing could be
 */
public record Repair(String file, long offset, boolean done, String what) {}
