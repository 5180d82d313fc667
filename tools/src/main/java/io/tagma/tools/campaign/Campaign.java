package io.tagma.tools.campaign;

import io.tagma.engine.market.MicroCredits;
import java.util.ArrayList;
import java.util.List;

/**
 * One advertiser's campaign. Immutable.
 *
 * @param number from 0: also its agent's number
 * @param topic what it advertises
 * @param baseCredits what a view is worth that fits well
 * @param budgetCredits what it may spend over its flight
 */
record Campaign(int number, int topic, float baseCredits, long budgetCredits) {
    /** How many there are. */
    static final int COUNT = 200;

    private static final int BASE = 101;
    private static final int BUDGET = 102;
    private static final double LEAST_BASE = 0.3;
    private static final double MOST_BASE = 1.5;
    private static final double MEAN_DAILY_BUDGET = 450;
    private static final double OCTAVES = 4;

    private static final float ANYBODY = 0.1f;
    private static final float INTERESTED = 2f;
    private static final float ON_TOPIC = 0.5f;

    /** All campaigns of a world. Budgets differ by up to a factor of 16, their values of a view by 5. */
    static List<Campaign> of(final CampaignWorld world) {
        final List<Campaign> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            final double base = LEAST_BASE + (MOST_BASE - LEAST_BASE) * world.uniform(BASE, i);
            final double size = StrictMath.pow(2, OCTAVES * (world.uniform(BUDGET, i) - 0.5));
            final long budget = Math.round(CampaignWorld.FLIGHT_DAYS * MEAN_DAILY_BUDGET * size);
            all.add(new Campaign(i, i % Interests.TOPICS, (float) base, budget));
        }
        return List.copyOf(all);
    }

    String label() {
        return "campaign-" + number;
    }

    /** What a view is worth at most, in micro-credits: who has less left sits out, or it would be left with the cheap views only. */
    long dearestMicros() {
        return (long) (baseCredits * (ANYBODY + INTERESTED + ON_TOPIC) * (float) MicroCredits.PER_CREDIT);
    }

    /** What a view of this impression is worth, in micro-credits; {@link Interests} gives the features. */
    long valueMicros(final float[] features) {
        final float onTopic = features[Interests.PAGE] == topic ? ON_TOPIC : 0f;
        return (long)
                (baseCredits * (ANYBODY + INTERESTED * features[topic] + onTopic) * (float) MicroCredits.PER_CREDIT);
    }
}
