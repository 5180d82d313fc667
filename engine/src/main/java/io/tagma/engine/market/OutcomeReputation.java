package io.tagma.engine.market;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * Standing of agents, each in [0,1], earned by outcomes of contracts: a fixed step up for a success, down for a failure. Owned by the shard's
 * thread; allocates nothing after it is made.
 *
 * <p>What is known of an agent ages: its distance from {@link Reputation#INITIAL} halves with every half-life, so a good name fades and a bad
 * one recovers (exponential forgetting: Josang and Ismail, <em>The Beta Reputation System</em>, 2002, sec. 3). {@code StrictMath}
 * makes the same bits everywhere.
 *
 * <p>Cold start: an agent begins at {@link Reputation#INITIAL}; until it has {@link #PROBATION} outcomes its {@link #weight} in a ranking is at most that. A
 * newcomer can fall at once but not lead.
 *
 * <p>Outcomes are numbered, in any order within a sliding window; each counts once, one that is older than the window not at all (as against replayed packets, RFC 6479).
 */
public final class OutcomeReputation {
    /** Outcomes before an agent may rank above {@link Reputation#INITIAL}. */
    public static final int PROBATION = 5;
    /** Step for a success. */
    public static final double SUCCESS_STEP = 0.05;
    /** Step for a failure: bad news weighs double. */
    public static final double FAILURE_STEP = -0.10;

    /** Counted. */
    public static final int OK = 0;
    /** This outcome was counted before. */
    public static final int DUPLICATE = -1;
    /** Its number lies behind the window: it may have been counted before. */
    public static final int TOO_OLD = -2;
    /** No such agent, or a negative number. */
    public static final int MALFORMED = -3;

    private static final int MARK = 0x524550;

    private final double[] standings;
    private final int[] outcomes;
    private final long[] touchedNs;
    private final long[] seen;
    private final long halfLifeNs;
    private long newest = -1;

    /**
     * Standings of agents of whom nothing is known.
     *
     * @param halfLifeNs time in which half of what is known is forgotten, more than 0
     * @param window how many numbers back an outcome may come late: a power of two, at least 64
     */
    public OutcomeReputation(final int agents, final long halfLifeNs, final int window) {
        if (agents < 1 || halfLifeNs < 1) {
            throw new IllegalArgumentException("agents and halfLifeNs must be positive: " + agents + ", " + halfLifeNs);
        }
        if (window < Long.SIZE || Integer.bitCount(window) != 1) {
            throw new IllegalArgumentException("window must be a power of two of at least 64, e.g. 4096: " + window);
        }
        this.halfLifeNs = halfLifeNs;
        standings = new double[agents];
        outcomes = new int[agents];
        touchedNs = new long[agents];
        seen = new long[window / Long.SIZE];
        Arrays.fill(standings, Reputation.INITIAL);
    }

    /**
     * An outcome came in.
     *
     * @param outcome its number, 0 or more; of a contract, say
     * @return {@link #OK}, or why it does not count
     */
    public int earn(final int agentId, final boolean success, final long outcome, final long nowNs) {
        if (agentId < 0 || agentId >= standings.length || outcome < 0) {
            return MALFORMED;
        }
        final int known = admit(outcome);
        if (known != OK) {
            return known;
        }
        final double moved = of(agentId, nowNs) + (success ? SUCCESS_STEP : FAILURE_STEP);
        standings[agentId] = Math.clamp(moved, 0.0, 1.0);
        touchedNs[agentId] = nowNs;
        outcomes[agentId] = Math.min(outcomes[agentId], Integer.MAX_VALUE - 1) + 1;
        return OK;
    }

    private int admit(final long outcome) {
        final int window = seen.length * Long.SIZE;
        if (newest - outcome >= window) {
            return TOO_OLD;
        }
        if (outcome > newest) {
            // What the window leaves behind is forgotten, or its bits would stand for new numbers.
            final long steps = Math.min(outcome - newest, window);
            for (long i = 0; i < steps; i++) {
                final int bit = (int) ((outcome - i) & (window - 1));
                seen[bit / Long.SIZE] &= ~(1L << bit);
            }
            newest = outcome;
        }
        final int bit = (int) (outcome & (window - 1));
        if ((seen[bit / Long.SIZE] & 1L << bit) != 0) {
            return DUPLICATE;
        }
        seen[bit / Long.SIZE] |= 1L << bit;
        return OK;
    }

    /** Standing of an agent at a time, 0 to 1. A time before its last outcome counts as that. */
    public double of(final int agentId, final long nowNs) {
        final double away = standings[agentId] - Reputation.INITIAL;
        final long age = nowNs - touchedNs[agentId];
        // An untouched agent is not away; the rest need no power where no time has passed.
        return away == 0 || age <= 0
                ? standings[agentId]
                : Reputation.INITIAL + away * StrictMath.pow(0.5, (double) age / halfLifeNs);
    }

    /** What an agent's bid counts in a ranking: its standing, on probation at most {@link Reputation#INITIAL}. */
    public double weight(final int agentId, final long nowNs) {
        final double standing = of(agentId, nowNs);
        return outcomes[agentId] < PROBATION ? Math.min(standing, Reputation.INITIAL) : standing;
    }

    /** Outcomes of an agent that counted. */
    public int outcomes(final int agentId) {
        return outcomes[agentId];
    }

    /** A digest of all standings and of which outcomes were counted, for the state hash. */
    public long digest() {
        long hash = Subjects.mix(MARK ^ newest);
        for (int i = 0; i < standings.length; i++) {
            hash = Subjects.mix(hash ^ Double.doubleToRawLongBits(standings[i]));
            hash = Subjects.mix(hash ^ touchedNs[i]);
            hash = Subjects.mix(hash + outcomes[i]);
        }
        for (final long word : seen) {
            hash = Subjects.mix(hash ^ word);
        }
        return hash;
    }

    /** Writes all standings and which outcomes were counted. */
    public void save(final SnapshotWriter out) {
        out.mark(MARK);
        out.putInt(standings.length);
        out.putInt(seen.length);
        out.putLong(newest);
        for (int i = 0; i < standings.length; i++) {
            out.putLong(Double.doubleToRawLongBits(standings[i]));
        }
        out.putInts(outcomes, 0, outcomes.length);
        out.putLongs(touchedNs, 0, touchedNs.length);
        out.putLongs(seen, 0, seen.length);
    }

    /**
     * Reads the standings of as many agents, with the same window.
     *
     * @throws io.tagma.store.StoreException when there are other values at this place of the snapshot
     * @throws IllegalStateException when the snapshot is of another number of agents or another window
     */
    public void load(final SnapshotReader in) {
        in.expect(MARK);
        final int agents = in.getInt();
        final int words = in.getInt();
        if (agents != standings.length || words != seen.length) {
            throw new IllegalStateException("the snapshot has standings of " + agents + " agents and a window of "
                    + (long) words * Long.SIZE + ", this engine " + standings.length + " and "
                    + (long) seen.length * Long.SIZE + "; launch it with the same");
        }
        newest = in.getLong();
        for (int i = 0; i < agents; i++) {
            standings[i] = Double.longBitsToDouble(in.getLong());
        }
        in.getInts(outcomes, 0, agents);
        in.getLongs(touchedNs, 0, agents);
        in.getLongs(seen, 0, words);
    }
}
