package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random profiles, complete and not, against counts that are written in another way. */
class VoteCountPropertyTest {
    private static final int PROFILES = 5_000;
    private static final int MOST = 6;

    private final BallotBox box = new BallotBox(12, MOST);
    private final VoteCount count = new VoteCount(MOST);

    private record Profile(int options, List<List<Integer>> ballots) {
        static Profile random(final Random random) {
            final int options = 1 + random.nextInt(MOST);
            final List<List<Integer>> ballots = new ArrayList<>();
            for (int i = 1 + random.nextInt(12); i > 0; i--) {
                final List<Integer> ranking = new ArrayList<>();
                for (int option = 0; option < options; option++) {
                    ranking.add(option);
                }
                Collections.shuffle(ranking, random);
                ballots.add(ranking.subList(0, random.nextBoolean() ? options : random.nextInt(options + 1)));
            }
            return new Profile(options, ballots);
        }

        boolean empty() {
            return ballots.stream().allMatch(List::isEmpty);
        }

        /** Ballots that put {@code a} above {@code b}. */
        long prefer(final int a, final int b) {
            return ballots.stream()
                    .filter(ballot ->
                            ballot.contains(a) && (!ballot.contains(b) || ballot.indexOf(a) < ballot.indexOf(b)))
                    .count();
        }

        long first(final int option, final List<Integer> left) {
            return ballots.stream()
                    .filter(ballot -> ballot.stream()
                            .filter(left::contains)
                            .findFirst()
                            .filter(o -> o == option)
                            .isPresent())
                    .count();
        }
    }

    private Verdict run(final Profile profile, final CountingRule rule) {
        box.open(profile.ballots.size(), profile.options);
        for (int i = 0; i < profile.ballots.size(); i++) {
            final int[] ranking =
                    profile.ballots.get(i).stream().mapToInt(o -> o).toArray();
            if (ranking.length == 0) {
                box.abstain(i, false);
            } else {
                box.rank(i, ranking, 0, ranking.length, false);
            }
        }
        return count.run(box, VoteTerms.of(rule));
    }

    @Test
    void aCondorcetWinnerIsElectedWhereThereIsOneAndNobodyElsewhere() {
        final Random random = new Random(11);
        int cycles = 0;
        for (int i = 0; i < PROFILES; i++) {
            final Profile profile = Profile.random(random);
            int winner = VoteCount.NO_WINNER;
            for (int a = 0; a < profile.options && !profile.empty(); a++) {
                boolean all = true;
                for (int b = 0; b < profile.options; b++) {
                    all &= a == b || profile.prefer(a, b) > profile.prefer(b, a);
                }
                winner = all ? a : winner;
            }
            final Verdict verdict = run(profile, CountingRule.CONDORCET);
            assertThat(count.winner()).as("%s", profile).isEqualTo(winner);
            if (!profile.empty() && winner == VoteCount.NO_WINNER) {
                assertThat(verdict == Verdict.CYCLE)
                        .as("%s", profile)
                        .isEqualTo(smithSet(profile).stream().anyMatch(a -> returns(profile, a)));
            }
            cycles += verdict == Verdict.CYCLE ? 1 : 0;
        }
        assertThat(cycles).isGreaterThan(PROFILES / 100);
    }

    /** The smallest set, over all subsets, whose members beat everyone outside. */
    private static List<Integer> smithSet(final Profile profile) {
        List<Integer> smallest = IntStream.range(0, profile.options).boxed().toList();
        for (int set = 1; set < 1 << profile.options; set++) {
            final List<Integer> in = new ArrayList<>();
            boolean dominates = true;
            for (int a = 0; a < profile.options; a++) {
                if ((set >> a & 1) == 1) {
                    in.add(a);
                }
            }
            for (int b = 0; b < profile.options; b++) {
                for (final int a : in) {
                    dominates &= in.contains(b) || profile.prefer(a, b) > profile.prefer(b, a);
                }
            }
            if (dominates && in.size() < smallest.size()) {
                smallest = in;
            }
        }
        return smallest;
    }

    /** Whether a walk over "beats" comes back to where it began. */
    private static boolean returns(final Profile profile, final int start) {
        final List<Integer> reached = new ArrayList<>(List.of(start));
        for (int i = 0; i < reached.size(); i++) {
            for (int b = 0; b < profile.options; b++) {
                if (profile.prefer(reached.get(i), b) > profile.prefer(b, reached.get(i))) {
                    if (b == start) {
                        return true;
                    }
                    if (!reached.contains(b)) {
                        reached.add(b);
                    }
                }
            }
        }
        return false;
    }

    @Test
    void bordaIsTheSumOfOptionsRankedBelowOrLeftOutPlaces() {
        final Random random = new Random(12);
        for (int i = 0; i < PROFILES; i++) {
            final Profile profile = Profile.random(random);
            run(profile, CountingRule.BORDA);
            int winner = 0;
            final long[] points = new long[profile.options];
            for (int option = 0; option < profile.options; option++) {
                final int o = option;
                points[o] = profile.ballots.stream()
                        .filter(ballot -> ballot.contains(o))
                        .mapToLong(ballot -> profile.options - 1 - ballot.indexOf(o))
                        .sum();
                assertThat(count.tally(o)).isEqualTo((double) points[o]);
                winner = points[o] > points[winner] ? o : winner;
            }
            assertThat(count.winner()).isEqualTo(profile.empty() ? VoteCount.NO_WINNER : winner);
        }
    }

    @Test
    void instantRunOffTakesOutTheWeakestUntilOneIsLeft() {
        final Random random = new Random(13);
        for (int i = 0; i < PROFILES; i++) {
            final Profile profile = Profile.random(random);
            run(profile, CountingRule.IRV);
            final List<Integer> left = new ArrayList<>();
            for (int option = 0; option < profile.options; option++) {
                left.add(option);
            }
            // Down to the last one, without the stop at a majority: who has one is never the weakest again.
            while (left.size() > 1) {
                final int weakest = left.stream()
                        .min(Comparator.<Integer>comparingLong(o -> profile.first(o, left))
                                .thenComparing(Comparator.reverseOrder()))
                        .orElseThrow();
                left.remove(Integer.valueOf(weakest));
            }
            assertThat(count.winner())
                    .as("%s", profile)
                    .isEqualTo(profile.empty() ? VoteCount.NO_WINNER : left.getFirst());
        }
    }

    @Test
    void withWeightsOfOneTheWeightedCountIsTheMajorityByHeads() {
        final Random random = new Random(14);
        for (int i = 0; i < PROFILES; i++) {
            final Profile profile = Profile.random(random);
            final Verdict weighted = run(profile, CountingRule.WEIGHTED);
            final int winner = count.winner();
            final double turnout = count.turnout();
            assertThat(run(profile, CountingRule.MAJORITY)).isEqualTo(weighted);
            assertThat(count.winner()).isEqualTo(winner);
            assertThat(count.turnout()).isEqualTo(turnout);
        }
    }

    @Test
    void theOrderOfBallotsDoesNotShow() {
        final Random random = new Random(15);
        final CountingRule[] rules = CountingRule.values();
        for (int i = 0; i < PROFILES; i++) {
            final Profile profile = Profile.random(random);
            final List<List<Integer>> shuffled = new ArrayList<>(profile.ballots);
            Collections.shuffle(shuffled, random);
            final CountingRule rule = rules[random.nextInt(rules.length)];
            final Verdict verdict = run(profile, rule);
            final int winner = count.winner();
            assertThat(run(new Profile(profile.options, shuffled), rule)).isEqualTo(verdict);
            assertThat(count.winner()).isEqualTo(winner);
        }
    }
}
