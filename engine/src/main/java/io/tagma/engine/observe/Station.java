package io.tagma.engine.observe;

import java.util.Locale;

/**
 * Where the time of an event goes. All but {@link #END_TO_END} are samples, of one input in {@value StationTimer#SAMPLE} and of the batches in
 * which those were ({@link StationTimer}); a station at which no sample was taken yet is left out of pages, logs and beans.
 */
public enum Station {
    /** From submission until its batch was taken from the ring. */
    RING(0),
    /** Journaling a batch of inputs, for each input. */
    JOURNAL(1),
    /** Classifying the text. */
    INTENT(2),
    /** Finding, reading and updating rows. */
    PROFILE(3),
    /** Discovery, bids or ballots, and the handling itself. */
    DECIDE(4),
    /** An outcome teaching agents, standings and the row. */
    LEARN(5),
    /** Journaling a batch of decisions and telling listeners, for each decision. */
    PUBLISH(6),
    /** From submission until listeners were told. */
    END_TO_END(7);

    /** How many there are. */
    public static final int COUNT = values().length;

    private final int index;

    Station(final int index) {
        this.index = index;
    }

    /** Its place in arrays of one element a station, 0 to {@link #COUNT} - 1. */
    public int index() {
        return index;
    }

    /** Its name in logs and summaries. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
