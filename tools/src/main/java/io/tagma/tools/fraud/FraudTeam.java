package io.tagma.tools.fraud;

import io.tagma.engine.council.NoisyOrVote;

/**
 * The four specialists and their vote on one thread, for harnesses without agents; the engine's council does the same with the same
 * functions. Owned by one thread.
 */
public final class FraudTeam {
    /** Number of specialists, and of ballots a decision. */
    public static final int SIZE = 4;

    private final Specialist[] specialists = new Specialist[SIZE];
    private final NoisyOrVote vote = new NoisyOrVote();
    private final float[] standings = new float[vote.stateFloats(SIZE)];
    private final float rate;
    private final float[] weights;

    /** Creates a team that has learnt nothing, in the order of {@link Speciality}. */
    public FraudTeam() {
        this(1f, new float[] {1f, 1f, 1f, 1f});
    }

    /**
     * A team with other values of {@link FraudVariables}.
     *
     * @param rate what every learning rate is multiplied with
     * @param weights what each specialist's ballot is multiplied with
     */
    FraudTeam(final float rate, final float[] weights) {
        this.rate = rate;
        this.weights = weights.clone();
        final Speciality[] all = Speciality.values();
        for (int i = 0; i < SIZE; i++) {
            specialists[i] = new Specialist(all[i]);
        }
        vote.init(standings, SIZE);
    }

    /** Writes the four ballots on a frame from {@code ballotsAt} and returns the log-odds of the verdict. */
    public float decide(final float[] frame, final int offset, final float[] ballots, final int ballotsAt) {
        for (int i = 0; i < SIZE; i++) {
            ballots[ballotsAt + i] = weights[i] * specialists[i].ballot(frame, offset);
        }
        return vote.pool(ballots, ballotsAt, SIZE, standings);
    }

    /** Teaches models and standings how a decision, with its frame and ballots, turned out: 1 for fraud, 0 for honest. */
    public void learn(
            final float[] frame, final int offset, final float[] ballots, final int ballotsAt, final float label) {
        vote.learn(ballots, ballotsAt, SIZE, standings, label);
        for (int i = 0; i < SIZE; i++) {
            specialists[i].learn(frame, offset, label, rate);
        }
    }

    /** Returns specialist {@code i}, 0 to {@link #SIZE} - 1. */
    public Specialist specialist(final int i) {
        return specialists[i];
    }

    /** Returns the reputation, in [0, 1], of specialist {@code i}. */
    public float reputation(final int i) {
        return vote.standing(standings, i);
    }
}
