package io.tagma.tools.doctor;

/**
 * One thing that was looked at. Immutable.
 *
 * @param name what it is, unique in a report
 * @param level how it is
 * @param fact what was found, one line
 * @param advice what to do about it; empty where there is nothing to do
 */
record Finding(String name, Level level, String fact, String advice) {
    /** How it is. */
    enum Level {
        /** Nothing to do. */
        OK,
        /** The engine works, slower or less safely than it could. */
        WARN,
        /** The engine does not work. */
        BAD
    }

    static Finding ok(final String name, final String fact) {
        return new Finding(name, Level.OK, fact, "");
    }

    static Finding warn(final String name, final String fact, final String advice) {
        return new Finding(name, Level.WARN, fact, advice);
    }

    static Finding bad(final String name, final String fact, final String advice) {
        return new Finding(name, Level.BAD, fact, advice);
    }
}
