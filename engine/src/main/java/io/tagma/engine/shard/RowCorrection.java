package io.tagma.engine.shard;

/**
 * A correction of a row by hand, as its shard applied it. Immutable.
 *
 * @param ingestNs when it was submitted, by the submitting clock: tells one from another
 * @param sequence of the input
 * @param changed whether it changed the row; if not, there is no such row, nothing of that name in it, or it held these numbers already
 * @param present whether there is such a row
 */
public record RowCorrection(long ingestNs, long sequence, boolean changed, boolean present) {}
