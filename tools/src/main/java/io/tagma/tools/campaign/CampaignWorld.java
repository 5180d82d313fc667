package io.tagma.tools.campaign;

import io.tagma.engine.ingest.Subjects;

/**
 * Who looks at which page when, for how long, and when that is known: functions of a seed and of an impression's number, so that any
 * impression can be told without those before it. Stateless.
 */
final class CampaignWorld {
    /** How long campaigns run. */
    static final int FLIGHT_DAYS = 30;

    /** Impressions a day. */
    static final int DAILY = 400_000;

    /** Users with a profile. */
    static final int USERS = 20_000;

    /** When the flight begins, epoch ns. */
    static final long START_NS = 1_700_006_400L * 1_000_000_000L;

    /** Length of the flight. */
    static final long FLIGHT_NS = FLIGHT_DAYS * 86_400L * 1_000_000_000L;

    /** Time between two votes on the pacing. */
    static final long VOTE_NS = 900L * 1_000_000_000L;

    private static final int USER = 1;
    private static final int TASTE = 2;
    private static final int PAGE = 3;
    private static final int DEPTH = 4;
    private static final int DELAY = 5;
    private static final int HABIT = 6;

    private static final long DAY_NS = 86_400L * 1_000_000_000L;
    private static final double SWING = 0.6;
    private static final double HABIT_SHARE = 0.6;
    private static final double MEAN_DELAY_NS = 180e9;
    private static final long LEAST_DELAY_NS = 5_000_000_000L;
    private static final long MOST_DELAY_NS = 1_800L * 1_000_000_000L;
    private static final double UNIT_53 = 0x1.0p-53;

    private final long seed;

    CampaignWorld(final long seed) {
        this.seed = Subjects.mix(seed ^ 0x63616d706169676eL);
    }

    /** A draw from [0, 1) that depends on purpose and index alone. */
    double uniform(final int purpose, final long index) {
        return (Subjects.mix(Subjects.mix(seed + purpose * 0x9e37_79b9_7f4a_7c15L) + index * 0xbf58_476d_1ce4_e5b9L)
                        >>> 11)
                * UNIT_53;
    }

    /** When impression {@code n}, from 1, happens. More at noon, fewer at midnight. */
    long timeNs(final long n) {
        final long day = (n - 1) / DAILY;
        final double x = ((n - 1) % DAILY + 0.5) / DAILY;
        // A polynomial whose slope, the time to the next, is 1 + SWING at midnight and 1 - SWING / 2 at noon.
        final double bent = x + SWING * x * (1 - x) * (1 - 2 * x);
        return START_NS + day * DAY_NS + (long) (bent * DAY_NS);
    }

    /** Whose impression it is; a few users come often. */
    int user(final long n) {
        final double x = uniform(USER, n);
        return (int) (x * x * USERS);
    }

    /** What the page is about; mostly what its user likes. */
    int page(final long n, final int user) {
        return uniform(HABIT, n) < HABIT_SHARE
                ? (int) (uniform(TASTE, user) * Interests.TOPICS)
                : (int) (uniform(PAGE, n) * Interests.TOPICS);
    }

    /** How many slots its user gets to see, from the top. */
    int seen(final long n) {
        final double x = uniform(DEPTH, n);
        int seen = 0;
        while (seen < CampaignContexts.SLOTS.count() && x * 1_000_000 < CampaignContexts.SLOTS.ppm(seen)) {
            seen++;
        }
        return seen;
    }

    /** How long after the impression it is known what was seen. */
    long delayNs(final long n) {
        final double delay = -StrictMath.log(1 - uniform(DELAY, n)) * MEAN_DELAY_NS;
        return Math.clamp((long) delay, LEAST_DELAY_NS, MOST_DELAY_NS);
    }

    /** How much of the flight is over, 0 to 1. */
    static float elapsed(final long timeNs) {
        return (float) ((double) (timeNs - START_NS) / FLIGHT_NS);
    }
}
