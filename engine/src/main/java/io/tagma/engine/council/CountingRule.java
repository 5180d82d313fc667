package io.tagma.engine.council;

import java.util.Locale;

/**
 * How cast ballots name an option. Shares are of the votes cast: abstentions count for the quorum, never against an option
 * (as in <em>Robert's Rules of Order Newly Revised</em>, 12th ed., 44:1). Where a tie must be broken, the option listed
 * first has it.
 */
public enum CountingRule {
    /** Most first preferences, by heads. */
    PLURALITY,
    /** More than half of the votes cast, by heads. */
    MAJORITY,
    /** At least the threshold of the votes cast, by heads. */
    SUPERMAJORITY,
    /** Every vote cast. */
    UNANIMOUS,
    /** More than half of the weight cast; at least the threshold of it where one is set. */
    WEIGHTED,
    /**
     * Most points: of m options, a ballot gives m - 1 to its first, m - 2 to its second, and nothing to those it leaves out
     * (J.-C. de Borda, 1781; incomplete ballots as in Emerson, <em>Social Choice and Welfare</em> 40, 2013, "pessimistic").
     */
    BORDA,
    /**
     * Instant run-off: while nobody has more than half of the ballots that still name an option left, the weakest is taken
     * out and its ballots go to their next option (W. R. Ware, 1871; Hare's method for one seat). Among equally weak ones the
     * option listed last goes.
     */
    IRV,
    /**
     * Who beats every other head to head (Condorcet, <em>Essai</em>, 1785). Nobody may: a cycle is found and named. An option
     * that a ballot leaves out stands below all that it ranks, level with the others it leaves out.
     */
    CONDORCET;

    private static final CountingRule[] VALUES = values();

    /** Whether voters' weights count; under all other rules a head is a head. */
    public boolean weighs() {
        return this == WEIGHTED;
    }

    /** The name as users write it, e.g. {@code plurality}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The rule of a name, whatever its case.
     *
     * @throws IllegalArgumentException when there is none, naming those that there are
     */
    public static CountingRule of(final String name) {
        final StringBuilder labels = new StringBuilder();
        for (final CountingRule rule : VALUES) {
            if (rule.label().equals(name.toLowerCase(Locale.ROOT))) {
                return rule;
            }
            labels.append(labels.isEmpty() ? "" : ", ").append(rule.label());
        }
        throw new IllegalArgumentException("no counting rule '" + name + "'; there are: " + labels);
    }
}
