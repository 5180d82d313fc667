package io.tagma.tools.fraud;

import java.util.List;

/**
 * The frame of features that a decision is made from: what lies where. Constants only.
 *
 * <pre>
 *     0               6                     15              21             24
 *    +---------------+---------------------+---------------+--------------+
 *    | card's extras |     card's base     | terminal base | its extras   |
 *    +---------------+---------------------+---------------+--------------+
 *    |   written by the card's shard       | written by the terminal's    |
 *                    | the {@value #BASE_LENGTH} that the single model sees |
 * </pre>
 *
 * <p>The card's shard writes the first {@value #CARD_LENGTH} floats, the terminal's shard the rest and decides: it
 * reads the card's floats from the frame, never the card's row. All are finite.
 */
public final class FraudFeatures {
    /** Floats of a profile row. */
    public static final int ROW_LENGTH = 16;
    /** Floats of a frame. */
    public static final int LENGTH = 24;
    /** Floats that the card's shard contributes, from 0. */
    public static final int CARD_LENGTH = 15;
    /** Where the single model's features begin. */
    public static final int BASE = 6;
    /** Number of the single model's features. */
    public static final int BASE_LENGTH = 15;

    /** Amount by the card's typical amount, which large payments cannot drag up; 0 to {@value #MAX_RATIO}. */
    public static final int AMOUNT_RATIO = 0;
    /** Suspiciously large payments of the card, decayed over 7 days. */
    public static final int LARGE_PAYMENTS = 1;
    /** Days since the card's last payment, 0 to {@value #MAX_GAP_DAYS}. */
    public static final int GAP_DAYS = 2;
    /** 1 if the card has not been seen at this terminal, else 0 (a sketch of 64 bits: rarely 0 by mistake, never 1). */
    public static final int NEW_TERMINAL = 3;
    /** Payments of the card so far, 0 to {@value #MAX_SEEN}. */
    public static final int CARD_SEEN = 4;
    /** Amount by the largest ordinary amount of the card; 0 to {@value #MAX_RATIO}. */
    public static final int AMOUNT_TO_MAX = 5;
    /** Amount, as paid. */
    public static final int AMOUNT = 6;
    /** 1 on Saturday and Sunday (UTC), else 0. */
    public static final int WEEKEND = 7;
    /** 1 before 07:00 (UTC), else 0. */
    public static final int NIGHT = 8;
    /** First of the card's decayed numbers of payments, over 1, 7 and 30 days. */
    public static final int CARD_COUNT = 9;
    /** First of the card's decayed mean amounts, over 1, 7 and 30 days. */
    public static final int CARD_MEAN = 12;
    /** First of the terminal's decayed numbers of payments, over 1, 7 and 30 days. */
    public static final int TERMINAL_COUNT = 15;
    /** First of the terminal's fractions of fraud among its decayed outcomes, over 1, 7 and 30 days. */
    public static final int TERMINAL_RISK = 18;
    /**
     * Frauds at the terminal that no large amount explains, since the last honest payment there; 0 to {@value
     * #MAX_RUN}.
     */
    public static final int FRAUD_RUN = 21;
    /** Days since the first payment of that run, 0 to {@value #MAX_RUN_DAYS}; 0 without one. */
    public static final int RUN_DAYS = 22;
    /** Days since its last payment, 0 to {@value #MAX_RUN_DAYS}; 0 without one. */
    public static final int RUN_IDLE_DAYS = 23;

    /** Largest ratio of amounts. */
    public static final float MAX_RATIO = 20f;
    /** Largest gap. */
    public static final float MAX_GAP_DAYS = 30f;
    /** Where a card's payments stop being counted. */
    public static final float MAX_SEEN = 1000f;
    /** Where a run of frauds stops being counted. */
    public static final float MAX_RUN = 100f;
    /** Where the days of a run stop being counted. */
    public static final float MAX_RUN_DAYS = 120f;

    /** A name for each float of the frame, for explanations. */
    public static final List<String> NAMES = List.of(
            "amount / card's typical",
            "card's large payments (7 d)",
            "days since card's last",
            "new terminal for card",
            "card's payments so far",
            "amount / card's largest",
            "amount",
            "weekend",
            "night",
            "card's count (1 d)",
            "card's count (7 d)",
            "card's count (30 d)",
            "card's mean (1 d)",
            "card's mean (7 d)",
            "card's mean (30 d)",
            "terminal's count (1 d)",
            "terminal's count (7 d)",
            "terminal's count (30 d)",
            "terminal's risk (1 d)",
            "terminal's risk (7 d)",
            "terminal's risk (30 d)",
            "terminal's fraud run",
            "days of the run",
            "days since the run's last");

    /** Names of the single model's features. */
    public static final List<String> BASE_NAMES = NAMES.subList(BASE, BASE + BASE_LENGTH);

    private FraudFeatures() {}
}
