package io.tagma.engine.observe;

import java.util.Locale;

/** Where the time of an event goes. */
public enum Station {
    /** From submission until its batch was taken from the ring. */
    RING,
    /** Journaling a batch of inputs, for each input. */
    JOURNAL,
    /** Classifying the text. */
    INTENT,
    /** Finding, reading and updating rows. */
    PROFILE,
    /** Discovery, bids or ballots, and the handling itself. */
    DECIDE,
    /** An outcome teaching agents, standings and the row. */
    LEARN,
    /** Journaling a batch of decisions and telling listeners, for each decision. */
    PUBLISH,
    /** From submission until listeners were told. */
    END_TO_END;

    /** How many there are. */
    public static final int COUNT = values().length;

    /** Its name in logs and summaries. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
