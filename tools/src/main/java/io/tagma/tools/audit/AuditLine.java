package io.tagma.tools.audit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision's record as a line for people. Stateless. */
final class AuditLine {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int SEQUENCE_WIDTH = 10;
    private static final int SUBJECTS_WIDTH = 30;

    private AuditLine() {}

    static void append(final Map<String, @Nullable Object> record, final StringBuilder out) {
        final int start = out.length();
        out.append(text(record, "shard")).append(':').append(text(record, "sequence"));
        pad(out, start + SEQUENCE_WIDTH + 2);
        time(record.get("eventTimeNs"), out);
        final int subjects = out.length();
        out.append(text(record, "subject"));
        final String peer = text(record, "peer");
        if (!peer.isEmpty()) {
            out.append(" > ").append(peer);
        }
        pad(out, subjects + SUBJECTS_WIDTH);
        out.append(text(record, "intent")).append("  ");
        if (record.get("score") instanceof Double score) {
            fixed(score, out);
        }
        out.append("  action ").append(text(record, "action"));
        final String agent = text(record, "agent");
        final String awards = text(record, "awards");
        if (!awards.isEmpty()) {
            out.append("  ").append(awards);
        } else if (!agent.isEmpty()) {
            out.append("  ").append(agent).append(" for ").append(text(record, "priceMicros"));
        }
        final String status = text(record, "status");
        if (!status.equals("decided")) {
            out.append("  ").append(status.toUpperCase(Locale.ROOT));
        }
    }

    private static String text(final Map<String, @Nullable Object> record, final String field) {
        final Object value = record.get(field);
        return value == null ? "" : value.toString();
    }

    private static void time(final @Nullable Object timeNs, final StringBuilder out) {
        if (timeNs instanceof Long ns) {
            final LocalDateTime time =
                    LocalDateTime.ofInstant(Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND)), ZoneOffset.UTC);
            out.append(time.toLocalDate()).append(' ');
            two(time.getHour(), out).append(':');
            two(time.getMinute(), out).append(':');
            two(time.getSecond(), out).append("  ");
        }
    }

    private static StringBuilder two(final int value, final StringBuilder out) {
        return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }

    /** A probability with four digits; anything else as it is. */
    private static void fixed(final double value, final StringBuilder out) {
        if (!(value >= 0 && value < 10)) {
            out.append(value);
            return;
        }
        final long scaled = Math.round(value * 10_000);
        out.append(scaled / 10_000).append('.');
        two((int) (scaled / 100 % 100), out);
        two((int) (scaled % 100), out);
    }

    private static void pad(final StringBuilder out, final int to) {
        while (out.length() < to) {
            out.append(' ');
        }
        if (out.charAt(out.length() - 1) != ' ') {
            out.append(' ');
        }
    }
}
