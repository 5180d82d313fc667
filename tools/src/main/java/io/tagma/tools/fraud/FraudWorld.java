package io.tagma.tools.fraud;

/**
 * What the simulator simulates: how many cards and terminals, where they lie, and when it begins. Immutable.
 *
 * @param seed any number; the same seed gives the same transactions on every machine
 * @param customers number of cards, 1 to 2<sup>24</sup>
 * @param terminals number of terminals, 1 to 2<sup>24</sup>
 * @param gridSide side of the square on which both are placed uniformly
 * @param radius a card pays only at terminals closer than this to its home
 * @param startEpochSecond midnight UTC at which the first day begins
 */
public record FraudWorld(
        long seed, int customers, int terminals, double gridSide, double radius, long startEpochSecond) {
    /** 2018-04-01T00:00:00Z, where the Handbook's data begins. */
    public static final long HANDBOOK_START = 1_522_540_800L;
    /** Days of the Handbook's data set, about 1.75 million transactions. */
    public static final int HANDBOOK_DAYS = 183;

    private static final int MAX_SUBJECTS = 1 << 24;
    private static final long SECONDS_PER_DAY = 86_400;

    /** Checks the ranges above. */
    public FraudWorld {
        if (customers < 1 || customers > MAX_SUBJECTS) {
            throw new IllegalArgumentException("customers must be 1 to " + MAX_SUBJECTS + ", e.g. 5000: " + customers);
        }
        if (terminals < 1 || terminals > MAX_SUBJECTS) {
            throw new IllegalArgumentException("terminals must be 1 to " + MAX_SUBJECTS + ", e.g. 10000: " + terminals);
        }
        if (!(gridSide > 0 && gridSide < 1e9)) {
            throw new IllegalArgumentException("gridSide must be above 0 and below 1e9, e.g. 100: " + gridSide);
        }
        if (!(radius > 0 && radius < 1e9)) {
            throw new IllegalArgumentException("radius must be above 0 and below 1e9, e.g. 5: " + radius);
        }
        if (startEpochSecond % SECONDS_PER_DAY != 0) {
            throw new IllegalArgumentException(
                    "startEpochSecond must be a midnight UTC, i.e. a multiple of 86400: " + startEpochSecond);
        }
    }

    /** Returns the Handbook's world: 5,000 cards, 10,000 terminals, a grid of 100 x 100, radius 5, from 2018-04-01. */
    public static FraudWorld handbook(final long seed) {
        return new FraudWorld(seed, 5_000, 10_000, 100, 5, HANDBOOK_START);
    }
}
