package io.tagma.store;

/** How much time one file of a journal or an audit covers. A file is the unit of retention. */
public enum RollEvery {
    /** A new file each second, for tests. */
    SECOND,
    /** A new file every five minutes. */
    FIVE_MINUTES,
    /** A new file every half hour. */
    HALF_HOUR,
    /** A new file each hour: a journal's default. */
    HOUR,
    /** A new file each day: an audit's default. */
    DAY
}
