package io.tagma.tools.eval;

import io.tagma.engine.model.ModelSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The Electricity data with features of its past. Used by one thread.
 *
 * <p>For each half-hour: its seven attributes; sine and cosine of the time of day; the labels 1, 2, 3, 48 and 336 half-hours before as
 * -1 or 1 (0 before the beginning), where a day has 48 and a week 336; the differences of prices, demands and transfer to 1, 48 and 336
 * half-hours before; the share of class 1 among the last 48 labels; and for how many half-hours, up to 48, the last label has lasted.
 *
 * <p>Labels are kept as they are revealed, so a feature cannot see one that was not. What is left out on purpose is the mean price of
 * the last day: the label <em>is</em> the comparison of the price with that mean, see the decision record on online models.
 */
public final class ElectricityStream implements LabelledStream {
    private static final int DAY = 48;
    private static final int[] LABEL_LAGS = {1, 2, 3, DAY, 7 * DAY};
    private static final int[] DIFFERENCE_LAGS = {1, DAY, 7 * DAY};

    private final List<HalfHour> records;
    private final int[] revealed;
    private final ModelSchema schema;
    private int at = -1;
    private int known;

    /** A stream over records in the order of time. */
    public ElectricityStream(final List<HalfHour> records) {
        this.records = records;
        revealed = new int[records.size()];
        schema = new ModelSchema(names(), List.of("0", "1"));
    }

    private static List<String> names() {
        final List<String> names = new ArrayList<>(HalfHour.ATTRIBUTES);
        names.add("time sine");
        names.add("time cosine");
        for (final int lag : LABEL_LAGS) {
            names.add("label -" + lag);
        }
        for (final String attribute :
                HalfHour.ATTRIBUTES.subList(HalfHour.FIRST_QUANTITY, HalfHour.ATTRIBUTES.size())) {
            for (final int lag : DIFFERENCE_LAGS) {
                names.add(attribute + " since -" + lag);
            }
        }
        names.add("share of 1 in a day");
        names.add("half-hours since a change");
        return names;
    }

    @Override
    public ModelSchema schema() {
        return schema;
    }

    @Override
    public int events() {
        return records.size();
    }

    @Override
    public void restart() {
        at = -1;
        known = 0;
    }

    @Override
    public boolean next(final float[] features) {
        if (at + 1 == records.size()) {
            return false;
        }
        at++;
        final float[] now = records.get(at).attributes();
        System.arraycopy(now, 0, features, 0, now.length);
        int slot = now.length;
        final double angle = 2 * Math.PI * now[HalfHour.PERIOD];
        features[slot++] = (float) StrictMath.sin(angle);
        features[slot++] = (float) StrictMath.cos(angle);
        for (final int lag : LABEL_LAGS) {
            features[slot++] = at < lag ? 0 : 2 * past(lag) - 1;
        }
        for (int attribute = HalfHour.FIRST_QUANTITY; attribute < now.length; attribute++) {
            for (final int lag : DIFFERENCE_LAGS) {
                features[slot++] =
                        at < lag ? 0 : now[attribute] - records.get(at - lag).attributes()[attribute];
            }
        }
        features[slot++] = shareOfOne();
        features[slot] = lasted();
        return true;
    }

    @Override
    public int label() {
        revealed[at] = records.get(at).label();
        known = at + 1;
        return revealed[at];
    }

    /** The label so many half-hours before the present one. */
    private int past(final int lag) {
        final int index = at - lag;
        if (index >= known) {
            throw new IllegalStateException("label " + index + " is asked for before it was revealed");
        }
        return revealed[index];
    }

    private float shareOfOne() {
        int ones = 0;
        for (int lag = 1; lag <= Math.min(DAY, at); lag++) {
            ones += past(lag);
        }
        return ones / (float) DAY;
    }

    private int lasted() {
        int run = Math.min(1, at);
        while (run > 0 && run < Math.min(DAY, at) && past(run + 1) == past(1)) {
            run++;
        }
        return run;
    }
}
