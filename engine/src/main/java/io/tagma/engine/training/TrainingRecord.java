package io.tagma.engine.training;

import java.time.Instant;

/**
 * What became of one order. Immutable.
 *
 * @param number of the order in its engine, from 1
 * @param sequence the input that it was on its shard
 * @param timeNs when it was given, epoch ns
 * @param who gave it
 * @param why it was given
 * @param what its commands, in short
 * @param refused why nothing was done; empty where it was carried out
 */
public record TrainingRecord(
        long number, long sequence, long timeNs, String who, String why, String what, String refused) {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Whether it was carried out. */
    public boolean done() {
        return refused.isEmpty();
    }

    @Override
    public String toString() {
        return "%d  input %d  %s  %s: %s (%s)%s"
                .formatted(
                        number,
                        sequence,
                        Instant.ofEpochSecond(
                                Math.floorDiv(timeNs, NS_PER_SECOND), Math.floorMod(timeNs, NS_PER_SECOND)),
                        who,
                        what,
                        why,
                        done() ? "" : "  REFUSED: " + refused);
    }
}
