package io.tagma.engine.council;

import java.util.Arrays;

/** The counts that look beyond first preferences, with the tables they need. By heads. Owned by one thread. */
final class RankedCount {
    private final int maxOptions;
    private final boolean[] out;
    private final int[] places;
    private final int[] prefer;
    private final boolean[] beats;
    private final boolean[] reach;
    private final boolean[] top;
    private boolean tied;
    private boolean cycles;

    RankedCount(final int maxOptions) {
        this.maxOptions = maxOptions;
        out = new boolean[maxOptions];
        places = new int[maxOptions];
        top = new boolean[maxOptions];
        prefer = new int[Math.multiplyExact(maxOptions, maxOptions)];
        beats = new boolean[prefer.length];
        reach = new boolean[prefer.length];
    }

    void borda(final BallotBox box, final double[] tally) {
        for (int i = 0; i < box.voters(); i++) {
            for (int place = 0; place < box.ranked(i); place++) {
                tally[box.option(i, place)] += box.options() - 1 - place;
            }
        }
    }

    /** Runs off until one has more than half of what still counts; there is at least one vote. */
    int instantRunOff(final BallotBox box, final double[] tally) {
        final int options = box.options();
        Arrays.fill(out, 0, options, false);
        tied = false;
        while (true) {
            final int counting = round(box, tally);
            int best = -1;
            int worst = -1;
            boolean level = false;
            for (int i = 0; i < options; i++) {
                if (!out[i]) {
                    best = best < 0 || tally[i] > tally[best] ? i : best;
                    level = worst >= 0 && (tally[i] == tally[worst] || (level && tally[i] > tally[worst]));
                    worst = worst < 0 || tally[i] <= tally[worst] ? i : worst;
                }
            }
            // One that is left alone has all that still counts, hence the loop ends.
            if (2.0 * tally[best] > counting) {
                return best;
            }
            tied |= level && tally[worst] > 0.0;
            out[worst] = true;
        }
    }

    private int round(final BallotBox box, final double[] tally) {
        for (int i = 0; i < box.options(); i++) {
            tally[i] = out[i] ? tally[i] : 0.0;
        }
        int counting = 0;
        for (int i = 0; i < box.voters(); i++) {
            for (int place = 0; place < box.ranked(i); place++) {
                final int option = box.option(i, place);
                if (!out[option]) {
                    tally[option]++;
                    counting++;
                    break;
                }
            }
        }
        return counting;
    }

    /** Whether the last run-off took out one of several that were equally weak and had votes. */
    boolean tied() {
        return tied;
    }

    /** Who beats all others, or {@link VoteCount#NO_WINNER}. */
    int condorcet(final BallotBox box, final double[] tally) {
        pairs(box);
        final int options = box.options();
        cycles = false;
        int best = 0;
        for (int a = 0; a < options; a++) {
            for (int b = 0; b < options; b++) {
                final int mine = prefer[a * maxOptions + b];
                final int theirs = prefer[b * maxOptions + a];
                beats[a * maxOptions + b] = mine > theirs;
                if (a != b) {
                    tally[a] += mine > theirs ? 1.0 : mine == theirs ? 0.5 : 0.0;
                }
            }
            best = tally[a] > tally[best] ? a : best;
        }
        if (tally[best] == options - 1) {
            return best;
        }
        smithSet(best, options);
        return VoteCount.NO_WINNER;
    }

    private void pairs(final BallotBox box) {
        final int options = box.options();
        Arrays.fill(prefer, 0);
        for (int i = 0; i < box.voters(); i++) {
            final int ranked = box.ranked(i);
            Arrays.fill(places, 0, options, ranked);
            for (int place = 0; place < ranked; place++) {
                places[box.option(i, place)] = place;
            }
            for (int a = 0; a < options; a++) {
                for (int b = 0; b < options; b++) {
                    prefer[a * maxOptions + b] += places[a] < places[b] ? 1 : 0;
                }
            }
        }
    }

    /**
     * Finds the smallest set whose members beat all outside it (J. H. Smith, <em>Econometrica</em> 41, 1973), grown from a
     * Copeland winner, which is always in it; then which of its members lie on a circle (Warshall's closure of "beats").
     */
    private void smithSet(final int first, final int options) {
        Arrays.fill(top, 0, options, false);
        top[first] = true;
        boolean grew = true;
        while (grew) {
            grew = false;
            for (int i = 0; i < options; i++) {
                if (!top[i] && !beatenByAllOfTop(i, options)) {
                    top[i] = true;
                    grew = true;
                }
            }
        }
        System.arraycopy(beats, 0, reach, 0, beats.length);
        for (int via = 0; via < options; via++) {
            for (int a = 0; a < options; a++) {
                for (int b = 0; b < options; b++) {
                    final int at = a * maxOptions + b;
                    reach[at] = reach[at] || (reach[a * maxOptions + via] && reach[via * maxOptions + b]);
                }
            }
        }
        for (int i = 0; i < options; i++) {
            cycles |= inCycle(i);
        }
    }

    private boolean beatenByAllOfTop(final int option, final int options) {
        for (int i = 0; i < options; i++) {
            if (top[i] && !beats[i * maxOptions + option]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the last count without a winner found a circle among the strongest. */
    boolean cycles() {
        return cycles;
    }

    boolean inCycle(final int option) {
        return top[option] && reach[option * maxOptions + option];
    }
}
