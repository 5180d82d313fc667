package io.tagma.tools.eval;

import java.util.List;

/**
 * One record of the Electricity data. Its array must not be changed.
 *
 * @param attributes values of {@link #ATTRIBUTES} in their order, normalised to 0 to 1 by the data's publisher but for the day, 1 to 7
 * @param label 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; a copy a record would only cost memory
public record HalfHour(float[] attributes, int label) {
    /** The columns between the date and the class. The date is left out: it counts up and tells nothing of the next half-hour. */
    static final List<String> ATTRIBUTES =
            List.of("day", "period", "nswprice", "nswdemand", "vicprice", "vicdemand", "transfer");

    static final int PERIOD = 1;

    /** The first of the attributes whose differences count. */
    static final int FIRST_QUANTITY = 2;
}
