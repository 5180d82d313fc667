package io.tagma.tools.fraud;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** Reads times as files of transactions write them. Static, any thread. */
final class TimeText {
    /** What is returned for a text that is no time, or none that a clock in nanoseconds can hold. */
    static final long INVALID = Long.MIN_VALUE;

    private static final int PLAIN_LENGTH = 19; // yyyy-MM-dd HH:mm:ss
    private static final long LAST_SECOND = Long.MAX_VALUE / 1_000_000_000L;

    private TimeText() {}

    /**
     * Returns the whole seconds since the epoch, at UTC where the text names no zone; {@link #INVALID} for anything
     * else.
     */
    static long epochSecond(final String text) {
        if (text.length() < PLAIN_LENGTH || (text.charAt(10) != ' ' && text.charAt(10) != 'T')) {
            return INVALID;
        }
        final long second = text.length() == PLAIN_LENGTH ? plain(text) : iso(text);
        return second >= 0 && second <= LAST_SECOND ? second : INVALID;
    }

    // The common form without the garbage of a formatter.
    private static long plain(final String text) {
        final int year = number(text, 0, 4);
        final int month = number(text, 5, 7);
        final int day = number(text, 8, 10);
        final int hour = number(text, 11, 13);
        final int minute = number(text, 14, 16);
        final int second = number(text, 17, 19);
        final boolean dashes = text.charAt(4) == '-' && text.charAt(7) == '-';
        final boolean colons = text.charAt(13) == ':' && text.charAt(16) == ':';
        final boolean digits = (year | month | day | hour | minute | second) >= 0;
        if (!dashes || !colons || !digits || hour > 23 || minute > 59 || second > 59) {
            return INVALID;
        }
        try {
            return LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3600L + minute * 60L + second;
        } catch (final DateTimeException noSuchDay) {
            return INVALID;
        }
    }

    private static int number(final String text, final int from, final int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            final int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static long iso(final String text) {
        final String withT = text.charAt(10) == 'T' ? text : text.substring(0, 10) + 'T' + text.substring(11);
        try {
            return DateTimeFormatter.ISO_DATE_TIME
                    .parseBest(withT, OffsetDateTime::from, LocalDateTime::from)
                    .query(TimeText::second);
        } catch (final DateTimeException noTime) {
            return INVALID;
        }
    }

    private static long second(final TemporalAccessor time) {
        return time instanceof OffsetDateTime offset
                ? offset.toEpochSecond()
                : LocalDateTime.from(time).toEpochSecond(ZoneOffset.UTC);
    }
}
