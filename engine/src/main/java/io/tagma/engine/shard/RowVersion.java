package io.tagma.engine.shard;

/**
 * A row as it was after one input. Immutable; the array is the holder's.
 *
 * @param sequence of the input on the row's shard
 * @param updatedNs the row's time, epoch nanoseconds; 0 for a row that was never updated
 * @param floats the row's floats
 * @param cause who corrected the row by hand, and how, where the input was that; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // a row is an array, and nobody compares versions as records
public record RowVersion(long sequence, long updatedNs, float[] floats, String cause) {}
