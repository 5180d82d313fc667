package io.tagma.engine.council;

import java.util.Arrays;

/**
 * Agreement among n agents of whom up to f may lie, keep silent, or tell different agents different things: every sound agent
 * ends with the same value for each of the n, and with its own word for each sound one. The oral-messages algorithm OM(f) of
 * Lamport, Shostak and Pease (<em>The Byzantine Generals Problem</em>, ACM TOPLAS 4, 1982), run once with each agent as the
 * general (interactive consistency). It needs n &gt;= 3f + 1, and refuses less. Owned by one thread.
 *
 * <p>Agents could not prove among themselves who lied. Here one carrier hands over every word and knows who said it, so who
 * said two things, or passed on other than it was told, is named. This bears faulty <em>agents</em> in one process. It does
 * not bear a process or a machine that dies: all that it knows dies with it.
 */
public final class ByzantineAgreement {
    /** No word, or no value that most agree on. */
    public static final int SILENT = -1;

    private static final long MOST_WORDS = 1L << 22;

    /** What agents say. */
    public interface Speaker {
        /**
         * What {@code from} tells {@code to}.
         *
         * @param from who speaks
         * @param to who is told
         * @param general whose value this is about
         * @param held what {@code from} holds: its own value, or what it was told; a sound agent says just that
         * @return a value of 0 or more, or {@link #SILENT}
         */
        int say(int from, int to, int general, int held);
    }

    private final int agents;
    private final int faults;
    private final boolean[] equivocated;
    private final boolean[] misreported;
    private final int[] agreed;
    private boolean sound;

    /**
     * Among {@code agents} of whom {@code faults} may be faulty.
     *
     * @throws IllegalArgumentException when n &lt; 3f + 1, naming how many are needed, or when it takes more than 4 million
     *     words, of which there are about n to the power f + 2
     */
    public ByzantineAgreement(final int agents, final int faults) {
        if (faults < 0 || agents < 1 || agents > 64) {
            throw new IllegalArgumentException(
                    "Byzantine agreement is for 1 to 64 agents and 0 or more faults: " + agents + " and " + faults);
        }
        final int needed = Math.addExact(Math.multiplyExact(3, faults), 1);
        if (agents < needed) {
            throw new IllegalArgumentException(
                    "Byzantine agreement needs n >= 3f + 1: f = " + faults + " faulty agents need n = " + needed
                            + ", there are " + agents + "; add agents or tolerate f = " + (agents - 1) / 3);
        }
        long words = agents;
        for (int i = 0; i <= faults; i++) {
            words *= Math.max(1, agents - 1 - i);
            if (words > MOST_WORDS) {
                throw new IllegalArgumentException("agreement of n = " + agents + " with f = " + faults
                        + " takes more than " + MOST_WORDS + " words: have fewer agents decide, or tolerate less");
            }
        }
        this.agents = agents;
        this.faults = faults;
        this.equivocated = new boolean[agents];
        this.misreported = new boolean[agents];
        this.agreed = new int[agents];
    }

    /**
     * Agrees on every agent's value.
     *
     * @param values one an agent, 0 or more, or {@link #SILENT}
     * @param speaker what agents say
     * @return whether the promise held: no more than f were found faulty, and n - f or more ended with the same values
     */
    public boolean run(final int[] values, final Speaker speaker) {
        Arrays.fill(equivocated, false);
        Arrays.fill(misreported, false);
        final int[][] held = new int[agents][agents];
        for (int general = 0; general < agents; general++) {
            final int[] decided = order(faults, 0L, general, values[general], general, speaker);
            for (int i = 0; i < agents; i++) {
                held[i][general] = i == general ? values[general] : decided[i];
            }
        }
        settle(held);
        return sound;
    }

    private int[] order(
            final int left,
            final long path,
            final int from,
            final int value,
            final int general,
            final Speaker speaker) {
        final long spoken = path | (1L << from);
        final int[] told = new int[agents];
        int first = -1;
        for (int to = 0; to < agents; to++) {
            if (((spoken >>> to) & 1L) == 0) {
                told[to] = Math.max(SILENT, speaker.say(from, to, general, value));
                first = first < 0 ? to : first;
                equivocated[from] |= told[to] != told[first];
                misreported[from] |= path != 0L && told[to] != value;
            }
        }
        return left == 0 || first < 0 ? told : relay(left, spoken, told, general, speaker);
    }

    private int[] relay(final int left, final long spoken, final int[] told, final int general, final Speaker speaker) {
        final int[][] heard = new int[agents][];
        int relays = 0;
        for (int j = 0; j < agents; j++) {
            if (((spoken >>> j) & 1L) == 0) {
                heard[relays++] = order(left - 1, spoken, j, told[j], general, speaker);
                heard[relays - 1][j] = told[j];
            }
        }
        final int[] result = new int[agents];
        for (int i = 0; i < agents; i++) {
            if (((spoken >>> i) & 1L) == 0) {
                result[i] = majority(heard, relays, i);
            }
        }
        return result;
    }

    // Boyer and Moore's majority vote: one pass for the candidate, one to count it.
    private static int majority(final int[][] heard, final int count, final int agent) {
        int candidate = SILENT;
        int lead = 0;
        for (int i = 0; i < count; i++) {
            if (lead == 0) {
                candidate = heard[i][agent];
            }
            lead += heard[i][agent] == candidate ? 1 : -1;
        }
        int votes = 0;
        for (int i = 0; i < count; i++) {
            votes += heard[i][agent] == candidate ? 1 : 0;
        }
        return 2 * votes > count ? candidate : SILENT;
    }

    private void settle(final int[][] held) {
        Arrays.fill(agreed, SILENT);
        int found = 0;
        for (int i = 0; i < agents; i++) {
            found += faulty(i) ? 1 : 0;
        }
        sound = false;
        for (int i = 0; i < agents && !sound; i++) {
            int same = 0;
            for (final int[] other : held) {
                same += Arrays.equals(held[i], other) ? 1 : 0;
            }
            if (same >= agents - faults) {
                System.arraycopy(held[i], 0, agreed, 0, agents);
                sound = found <= faults;
                return;
            }
        }
    }

    /** Whether {@code agent} told two agents two things about one. */
    public boolean equivocated(final int agent) {
        return equivocated[agent];
    }

    /** Whether {@code agent} passed on other than what it was told. */
    public boolean misreported(final int agent) {
        return misreported[agent];
    }

    /** Whether {@code agent} was found faulty in either way. */
    public boolean faulty(final int agent) {
        return equivocated[agent] || misreported[agent];
    }

    /** What is agreed to be {@code agent}'s value, or {@link #SILENT}. */
    public int value(final int agent) {
        return agreed[agent];
    }

    /**
     * Casts what was agreed on as choices: agent i is voter i. Who kept silent or was found faulty casts nothing.
     *
     * @throws IllegalStateException when the last run did not keep its promise
     */
    public void castInto(final BallotBox box) {
        if (!sound) {
            throw new IllegalStateException(
                    "no agreement was reached: more than f = " + faults + " of " + agents + " agents are faulty");
        }
        for (int i = 0; i < agents; i++) {
            if (agreed[i] != SILENT && !faulty(i)) {
                box.choose(i, agreed[i]);
            }
        }
    }

    /** How many agents take part. */
    public int agents() {
        return agents;
    }

    /** How many of them may be faulty. */
    public int faults() {
        return faults;
    }
}
