package io.tagma.engine.intent;

/**
 * How long the runs of characters are that a text classifier reads. Immutable.
 *
 * @param shortest characters, 2 or more
 * @param longest characters, {@code shortest} to 7
 */
public record GramRange(int shortest, int longest) {
    /** Runs of 2 to 5 characters. */
    public static final GramRange STANDARD = new GramRange(2, 5);

    private static final int LEAST = 2;
    private static final int MOST = 7;

    /** Checks the range. */
    public GramRange {
        if (shortest < LEAST || longest < shortest || longest > MOST) {
            throw new IllegalArgumentException("runs of characters have " + LEAST + " to " + MOST
                    + ", the shortest first: " + shortest + ", " + longest);
        }
    }
}
