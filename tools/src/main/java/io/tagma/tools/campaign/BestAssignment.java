package io.tagma.tools.campaign;

import java.util.function.IntPredicate;

/**
 * The most that an impression can be worth: of those who can pay, the highest values, the highest in the best slot. Exact, since slots' weights fall. Owned by
 * one thread.
 */
final class BestAssignment {
    /** From millionths of a credit in millionths of a view to credits. */
    static final double PER_WEIGHT = 1e-12;

    private static final int SLOTS = CampaignContexts.SLOTS.count();

    private final long[] best = new long[SLOTS];

    /**
     * The welfare in credits.
     *
     * @param values of a view, by campaign
     * @param canPay by campaign
     */
    double welfare(final long[] values, final IntPredicate canPay) {
        int ranked = 0;
        for (int i = 0; i < values.length; i++) {
            final long value = values[i];
            if (value < CampaignContexts.RESERVE_MICROS
                    || (ranked == SLOTS && value <= best[SLOTS - 1])
                    || !canPay.test(i)) {
                continue;
            }
            int at = ranked == SLOTS ? SLOTS - 1 : ranked++;
            while (at > 0 && value > best[at - 1]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = value;
        }
        double sum = 0;
        for (int s = 0; s < ranked; s++) {
            sum += CampaignContexts.SLOTS.ppm(s) * (double) best[s] * PER_WEIGHT;
        }
        return sum;
    }
}
