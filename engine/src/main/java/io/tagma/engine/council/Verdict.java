package io.tagma.engine.council;

/** Why a vote carried or did not. */
public enum Verdict {
    /** An option carried. */
    CARRIED("carried"),
    /** An option carried that another equalled: it was listed first. */
    CARRIED_ON_TIE("carried; a tie, which the option listed first has"),
    /** Nobody voted for anything. */
    NO_VOTES("no votes cast"),
    /** Too few cast a valid ballot. */
    NO_QUORUM("no quorum"),
    /** The strongest option has less than the rule asks for. */
    BELOW_THRESHOLD("below the rule's threshold"),
    /** Head to head nobody beats all others, for some draw. */
    NO_CONDORCET_WINNER("no option beats every other head to head"),
    /** Head to head the strongest beat each other in a circle. */
    CYCLE("a cycle: the strongest options beat each other in a circle"),
    /** An option had carried, had a voter not stopped the vote. */
    VETOED("vetoed");

    private final String words;

    Verdict(final String words) {
        this.words = words;
    }

    /** Whether there is a winner. */
    public boolean carried() {
        return this == CARRIED || this == CARRIED_ON_TIE;
    }

    /** For people. */
    public String describe() {
        return words;
    }
}
