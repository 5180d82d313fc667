package io.tagma.engine.council;

/** What came of a ballot: {@link #ACCEPTED}, or a negative code that says why it does not count. Stateless. */
public final class BallotCode {
    /** It counts. */
    public static final int ACCEPTED = 0;

    /** The voter is not on the roll. */
    public static final int NOT_ON_ROLL = -1;

    /** It names an option that is not to be voted on. */
    public static final int UNKNOWN_OPTION = -2;

    /** It ranks one option twice. */
    public static final int RANKED_TWICE = -3;

    /** It ranks nothing; who wants nothing abstains. */
    public static final int EMPTY_RANKING = -4;

    /** The same ballot came before: it counts once. */
    public static final int REPEATED = -5;

    /** The voter said two things: none of its ballots counts, whichever came first. */
    public static final int EQUIVOCATED = -6;

    private BallotCode() {}

    /** The code in words, for people. */
    public static String describe(final int code) {
        return switch (code) {
            case ACCEPTED -> "accepted";
            case NOT_ON_ROLL -> "not on the roll";
            case UNKNOWN_OPTION -> "unknown option";
            case RANKED_TWICE -> "an option is ranked twice";
            case EMPTY_RANKING -> "an empty ranking; to abstain, choose null";
            case REPEATED -> "duplicate: the same ballot again, counted once";
            case EQUIVOCATED -> "duplicate: ballots that differ, none of them counts";
            default -> "code " + code;
        };
    }
}
