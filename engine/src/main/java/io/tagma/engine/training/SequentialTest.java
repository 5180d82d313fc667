package io.tagma.engine.training;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Champion against challenger: a test by betting that may be looked at after every outcome. Owned by one thread.
 *
 * <p>Each paired outcome is a difference d of -1, 0 or 1: whether the challenger was right less whether the champion was. Under "the
 * challenger is no better" the mean of d is at most 0, so the capital of a gambler who stakes a fixed share on d is a
 * non-negative supermartingale; a weighted mean of the capital over several shares is one too, and by Ville's inequality (1939) it ever reaches
 * 1 / alpha with probability alpha at most, however often one looks (Waudby-Smith and Ramdas, 2024). The mirrored bet says when the
 * challenger is worse.
 */
public final class SequentialTest {
    private static final double[] SHARES = {0.05, 0.1, 0.2, 0.4, 0.8};

    /**
     * What each share has of the capital at first, the less the more it stakes: a share of 0.8 is rich after eight lucky outcomes, when nothing
     * is known yet.
     */
    private static final double[] WEIGHTS = {16 / 31.0, 8 / 31.0, 4 / 31.0, 2 / 31.0, 1 / 31.0};

    private static final int MOST_WAITING = 4096;
    private static final double RICHEST = 1e12;

    private final double limit;
    private final double[] better = ones();
    private final double[] worse = ones();
    private final boolean[] waiting = new boolean[MOST_WAITING];
    private int waitingFrom;
    private int waitingCount;
    private boolean waitingChallenger;
    private long pairs;
    private long dropped;
    private Verdict verdict = Verdict.OPEN;

    /** What is known. */
    public enum Verdict {
        /** Neither is shown to be better. */
        OPEN,
        /** The challenger is better: promote it. */
        PROMOTE,
        /** The challenger is worse: keep the champion. */
        KEEP
    }

    /**
     * A test that errs with a chance of at most alpha, each way.
     *
     * @param alpha 0 to 1, both excluded
     */
    public SequentialTest(final double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha is between 0 and 1: " + alpha);
        }
        this.limit = 1 / alpha;
    }

    private static double[] ones() {
        final double[] capital = new double[SHARES.length];
        java.util.Arrays.fill(capital, 1);
        return capital;
    }

    /** Whether a subject is the challenger's, where each is served by one: by hash, always the same. */
    public static boolean isChallengers(final long subject, final double share) {
        return (Subjects.mix(subject ^ 0x61622d73706c6974L) >>> 11) * 0x1p-53 < share;
    }

    /** Both have answered the same question; a verdict stays once given. */
    public Verdict paired(final boolean championRight, final boolean challengerRight) {
        pairs++;
        if (verdict == Verdict.OPEN && championRight != challengerRight) {
            final int d = challengerRight ? 1 : -1;
            final boolean promote = bet(better, d) >= limit;
            final boolean keep = bet(worse, -d) >= limit;
            verdict = promote ? Verdict.PROMOTE : keep ? Verdict.KEEP : Verdict.OPEN;
        }
        return verdict;
    }

    /** One of the two has answered a subject of its own: paired with the next of the other, in order. */
    public Verdict split(final boolean challenger, final boolean right) {
        if (waitingCount > 0 && waitingChallenger != challenger) {
            final boolean other = waiting[waitingFrom];
            waitingFrom = (waitingFrom + 1) % MOST_WAITING;
            waitingCount--;
            return challenger ? paired(other, right) : paired(right, other);
        }
        if (waitingCount == MOST_WAITING) {
            dropped++;
            return verdict;
        }
        waitingChallenger = challenger;
        waiting[(waitingFrom + waitingCount) % MOST_WAITING] = right;
        waitingCount++;
        return verdict;
    }

    private static double bet(final double[] capital, final int d) {
        double sum = 0;
        for (int i = 0; i < capital.length; i++) {
            capital[i] = Math.min(RICHEST, capital[i] * (1 + SHARES[i] * d));
            sum += WEIGHTS[i] * capital[i];
        }
        return sum;
    }

    /** What is known now. */
    public Verdict verdict() {
        return verdict;
    }

    /** Pairs seen. */
    public long pairs() {
        return pairs;
    }

    /** Answers that found no partner, since one side has far more than the other. */
    public long dropped() {
        return dropped;
    }

    /** Begins anew, as if nothing had been seen. */
    void restart() {
        java.util.Arrays.fill(better, 1);
        java.util.Arrays.fill(worse, 1);
        waitingCount = 0;
        pairs = 0;
        dropped = 0;
        verdict = Verdict.OPEN;
    }

    /** Writes what the paired outcomes have led to; what waits for a partner is not kept. */
    void write(final SnapshotWriter out) {
        for (int i = 0; i < SHARES.length; i++) {
            out.putLong(Double.doubleToRawLongBits(better[i]));
            out.putLong(Double.doubleToRawLongBits(worse[i]));
        }
        out.putLong(pairs);
        out.putInt(verdict == Verdict.OPEN ? 0 : verdict == Verdict.PROMOTE ? 1 : 2);
    }

    /** Reads what {@link #write} wrote. */
    void read(final SnapshotReader in) {
        restart();
        for (int i = 0; i < SHARES.length; i++) {
            better[i] = Double.longBitsToDouble(in.getLong());
            worse[i] = Double.longBitsToDouble(in.getLong());
        }
        pairs = in.getLong();
        final int said = in.getInt();
        verdict = said == 0 ? Verdict.OPEN : said == 1 ? Verdict.PROMOTE : Verdict.KEEP;
    }
}
