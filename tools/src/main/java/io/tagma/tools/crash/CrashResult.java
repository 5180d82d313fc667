package io.tagma.tools.crash;

import org.jspecify.annotations.Nullable;

/**
 * What one round found. Immutable.
 *
 * @param round from 1
 * @param kills how many processes were killed on the directory, one after another
 * @param how what the last of them was doing
 * @param killedAfterMs milliseconds from that process's first payment to its end, negative while it was still recovering:
 *     milliseconds since its start
 * @param acknowledged decisions that somebody was told of
 * @param recovered decisions in the recovered engine's journal
 * @param lost acknowledged decisions that the journal lacks, or has otherwise
 * @param auditWrong audit records that are missing, twice, out of order or damaged
 * @param hashEqual whether the recovered state is that of an uninterrupted replay
 * @param recoveryMs how long the last launch took
 * @param failure what else was wrong, null for nothing
 */
public record CrashResult(
        int round,
        int kills,
        String how,
        long killedAfterMs,
        long acknowledged,
        long recovered,
        long lost,
        long auditWrong,
        boolean hashEqual,
        double recoveryMs,
        @Nullable String failure) {
    /** Whether nothing is lost or wrong. */
    public boolean whole() {
        return lost == 0 && auditWrong == 0 && hashEqual && failure == null;
    }
}
