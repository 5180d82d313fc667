package io.tagma.tools.fraud;

/**
 * The four specialists and their vote on one thread, for harnesses without agents; the engine's council does the same
 * with the same functions. Owned by one thread.
 */
public final class FraudTeam {
    /** Number of specialists, and of ballots a decision. */
    public static final int SIZE = 4;

    private final Specialist[] specialists = new Specialist[SIZE];
    private final float[] memories = new float[SIZE * FraudVote.MEMORY_LENGTH];
    private final float[] reputations = new float[SIZE];

    /** Creates a team that has learnt nothing, in the order of {@link Speciality}. */
    public FraudTeam() {
        final Speciality[] all = Speciality.values();
        for (int i = 0; i < SIZE; i++) {
            specialists[i] = new Specialist(all[i]);
            FraudVote.begin(memories, i * FraudVote.MEMORY_LENGTH);
            reputations[i] = FraudVote.FIRST_REPUTATION;
        }
    }

    /** Writes the four ballots on a frame from {@code ballotsAt} and returns the log-odds of the verdict. */
    public float decide(final float[] frame, final int offset, final float[] ballots, final int ballotsAt) {
        for (int i = 0; i < SIZE; i++) {
            ballots[ballotsAt + i] = specialists[i].ballot(frame, offset);
        }
        return FraudVote.pool(ballots, ballotsAt, reputations, 0, SIZE);
    }

    /**
     * Teaches models and reputations how a decision, with its frame and ballots, turned out: 1 for fraud, 0 for
     * honest.
     */
    public void learn(
            final float[] frame, final int offset, final float[] ballots, final int ballotsAt, final float label) {
        for (int i = 0; i < SIZE; i++) {
            specialists[i].learn(frame, offset, label);
            FraudVote.remember(memories, i * FraudVote.MEMORY_LENGTH, ballots[ballotsAt + i], label);
            reputations[i] = FraudVote.reputation(memories, i * FraudVote.MEMORY_LENGTH);
        }
    }

    /** Returns specialist {@code i}, 0 to {@link #SIZE} - 1. */
    public Specialist specialist(final int i) {
        return specialists[i];
    }

    /** Returns the reputation, in [0, 1], of specialist {@code i}. */
    public float reputation(final int i) {
        return reputations[i];
    }
}
