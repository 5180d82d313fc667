package io.tagma.tools.fraud;

import io.tagma.engine.translate.DataTransform;
import io.tagma.engine.translate.ProfileSchema;
import io.tagma.engine.translate.ProfileSchema.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Other architectures in which the rows of cards and terminals could be kept; each is one template of the consistency suite. */
enum RowTemplate {
    /** Money in cents: nothing is lost. */
    CENTS,
    /** Other names, in the opposite order: nothing is lost. */
    RENAMED,
    /** Decayed counters as means a day: nothing is lost. */
    RATES,
    /** Memories of 2, 10 and 40 days instead of 1, 7 and 30: all counters are estimated. */
    HALF_LIVES,
    /** Without the shortest memory and the largest amount, which are estimated on the way back. */
    COMPACT,
    /** Renamed, with two features of cards taken for each other: a mistake that the suite must name. */
    SWAPPED;

    /** The templates of a suite: all that are right. */
    static final List<RowTemplate> SUITE = List.of(CENTS, RENAMED, RATES, HALF_LIVES, COMPACT);

    /** Time constants of {@link #HALF_LIVES}, days. */
    static final float[] OTHER_DAYS = {2f, 10f, 40f};

    private static final float[] DAYS = {1f, 7f, 30f};
    private static final int LARGEST = 9;
    private static final int SWAPPED_ONE = 2; // count (30 d)
    private static final int SWAPPED_OTHER = 4; // amount (7 d)

    /** The transforms between kinds of values that there are. */
    static List<DataTransform> transforms() {
        final List<DataTransform> all = new ArrayList<>();
        all.add(new DataTransform("euros", "cents", 100f, 0f, 0));
        all.add(new DataTransform("cents", "euros", 0.01f, 0f, 0));
        for (int i = 0; i < DAYS.length; i++) {
            all.add(new DataTransform(decayed(i), "a day over " + i, 1 / DAYS[i], 0f, 0));
            all.add(new DataTransform("a day over " + i, decayed(i), DAYS[i], 0f, 0));
        }
        return all;
    }

    private static String decayed(final int i) {
        return "decayed over " + (int) DAYS[i] + " d";
    }

    /** The scenario's own architecture. */
    static ProfileSchema own(final boolean card) {
        final List<String> names = card ? CardRule.NAMES : TerminalRule.NAMES;
        final List<Feature> features = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            features.add(new Feature(names.get(i), kind(card, i), List.of()));
        }
        return new ProfileSchema(card ? "card" : "terminal", features);
    }

    private static String kind(final boolean card, final int i) {
        if (card) {
            return i < 3 ? decayed(i) : i < 7 || i == LARGEST ? "euros" : "number";
        }
        return isDecayed(card, i) ? decayed(i % 3) : "number";
    }

    /** Whether a feature is a counter over 1, 7 or 30 days. */
    static boolean isDecayed(final boolean card, final int i) {
        return i < (card ? 6 : 9);
    }

    /** This architecture. */
    ProfileSchema schema(final boolean card) {
        final ProfileSchema own = own(card);
        final List<Feature> features = new ArrayList<>();
        for (final int i : kept(card)) {
            features.add(feature(card, i, own));
        }
        return new ProfileSchema(own.name() + " in " + name().toLowerCase(Locale.ROOT), features);
    }

    private Feature feature(final boolean card, final int i, final ProfileSchema own) {
        final Feature it = own.features().get(i);
        return switch (this) {
            case CENTS -> new Feature(it.name(), it.kind().equals("euros") ? "cents" : it.kind(), List.of());
            case RATES ->
                it.kind().startsWith("decayed")
                        ? new Feature(it.name() + " a day", "a day over " + i % 3, List.of(it.name()))
                        : it;
            case HALF_LIVES ->
                isDecayed(card, i)
                        ? new Feature(
                                it.name() + " as over " + (int) OTHER_DAYS[i % 3] + " d", "other memory", List.of())
                        : it;
            case RENAMED -> new Feature("other " + it.name(), it.kind(), List.of(it.name()));
            case SWAPPED ->
                new Feature(
                        "other " + it.name(),
                        own.features().get(taken(card, i)).kind(),
                        List.of(own.features().get(taken(card, i)).name()));
            case COMPACT -> it;
        };
    }

    private static int taken(final boolean card, final int i) {
        return !card ? i : i == SWAPPED_ONE ? SWAPPED_OTHER : i == SWAPPED_OTHER ? SWAPPED_ONE : i;
    }

    private List<Integer> kept(final boolean card) {
        final List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < own(card).size(); i++) {
            final boolean dropped = this == COMPACT && (isDecayed(card, i) ? i % 3 == 0 : card && i == LARGEST);
            if (!dropped) {
                kept.add(this == RENAMED ? 0 : kept.size(), i);
            }
        }
        return kept;
    }

    /** The features that are numbers and not bits, by their places in this architecture. */
    int[] numbers(final boolean card) {
        final List<Integer> kept = kept(card);
        return IntStream.range(0, kept.size())
                .filter(at -> !isBits(card, kept.get(at)))
                .toArray();
    }

    /** Whether a feature of the scenario's own architecture is bits, and no number to reckon with. */
    static boolean isBits(final boolean card, final int i) {
        return card && i > LARGEST;
    }

    /**
     * What a row would be, had it been kept in this architecture from the beginning.
     *
     * @param row in the scenario's own
     * @param other its decayed counters with {@link #OTHER_DAYS}
     */
    float[] row(final boolean card, final float[] row, final float[] other) {
        final List<Integer> kept = kept(card);
        final float[] made = new float[kept.size()];
        for (int at = 0; at < made.length; at++) {
            final int i = kept.get(at);
            made[at] = switch (this) {
                case CENTS -> kind(card, i).equals("euros") ? 100f * row[i] : row[i];
                case RATES -> kind(card, i).startsWith("decayed") ? row[i] / DAYS[i % 3] : row[i];
                case HALF_LIVES -> isDecayed(card, i) ? other[i] : row[i];
                case RENAMED, COMPACT, SWAPPED -> row[i];
            };
        }
        return made;
    }
}
