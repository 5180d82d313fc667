package io.tagma.engine.agent;

/** What one agent says of one task: log-odds, so that ballots add up. Owned by the shard's thread, reused for every call. */
public final class Ballot {
    private float logOdds;
    private int action;

    /** Back to an abstention. */
    public Ballot reset() {
        logOdds = Float.NaN;
        action = 0;
        return this;
    }

    /** ln(p / (1 - p)) of the positive outcome; NaN abstains. */
    public Ballot logOdds(final float value) {
        logOdds = value;
        return this;
    }

    /** What to do; kept where the task was auctioned, in a vote the intent's thresholds decide. */
    public Ballot action(final int value) {
        action = value;
        return this;
    }

    /** Log-odds of the positive outcome, or NaN. */
    public float logOdds() {
        return logOdds;
    }

    /** What to do. */
    public int action() {
        return action;
    }
}
