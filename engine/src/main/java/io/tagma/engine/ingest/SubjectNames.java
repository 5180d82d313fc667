package io.tagma.engine.ingest;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How people write subjects: {@code card:42}, or {@code user:alice} where the id is a hash of a name. Immutable. */
public final class SubjectNames {
    private static final int KINDS = 128;

    private final Map<Integer, String> kinds;
    private final @Nullable String[] byNumber = new String[KINDS];

    /** Names for kinds; a kind without one is written as its number. */
    public SubjectNames(final Map<Integer, String> kinds) {
        this.kinds = new TreeMap<>(kinds);
        this.kinds.forEach((kind, name) -> {
            if (kind >= 0 && kind < KINDS) {
                byNumber[kind] = name;
            }
        });
    }

    /** Reads what {@link #toString()} wrote. */
    public static SubjectNames parse(final String text) {
        final Map<Integer, String> kinds = new TreeMap<>();
        for (final String pair : text.split(",", -1)) {
            final int equals = pair.indexOf('=');
            if (equals > 0) {
                kinds.put(Integer.valueOf(pair.substring(0, equals)), pair.substring(equals + 1));
            }
        }
        return new SubjectNames(kinds);
    }

    /** A subject as people write it; empty for 0. */
    public String format(final long subject) {
        final StringBuilder text = new StringBuilder();
        append(subject, text);
        return text.toString();
    }

    /** Appends a subject as people write it, nothing for 0; allocates nothing once {@code text} has its size. */
    public void append(final long subject, final StringBuilder text) {
        if (subject == 0) {
            return;
        }
        final int kind = Subjects.kind(subject);
        final String name = kind >= 0 && kind < byNumber.length ? byNumber[kind] : null;
        if (name == null) {
            text.append(kind);
        } else {
            text.append(name);
        }
        text.append(':').append(Subjects.id(subject));
    }

    /**
     * The subject that people wrote.
     *
     * @throws IllegalArgumentException when there is no colon, no such kind, by name or number, or nothing behind the colon, and names the kinds there are; or when an
     *     id is a number above {@link Subjects#MAX_ID}
     */
    public long subject(final String text) {
        final int colon = text.indexOf(':');
        final int kind = colon > 0 && colon + 1 < text.length() ? kind(text.substring(0, colon)) : -1;
        if (kind >= 0) {
            return subject(kind, text.substring(colon + 1));
        }
        throw new IllegalArgumentException("'" + text + "' is no subject; write KIND:ID with a kind of "
                + (kinds.isEmpty() ? "" : kinds.values() + " or ") + "0 to " + (KINDS - 1) + ", as the audit does");
    }

    /** By name, or by number as it is written where a kind has no name; -1 where there is none. */
    private int kind(final String name) {
        for (final Map.Entry<Integer, String> kind : kinds.entrySet()) {
            if (kind.getValue().equals(name)) {
                return kind.getKey();
            }
        }
        final int kind = name.length() <= 3 && isNumber(name) ? Integer.parseInt(name) : -1;
        return kind < KINDS ? kind : -1;
    }

    private static boolean isNumber(final String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long subject(final int kind, final String id) {
        if (!isNumber(id)) {
            return Subjects.named(kind, id);
        }
        // More would be another subject's.
        if (new BigInteger(id).compareTo(BigInteger.valueOf(Subjects.MAX_ID)) > 0) {
            throw new IllegalArgumentException("'" + id + "' is no id; a number must be 0 to " + Subjects.MAX_ID);
        }
        return Subjects.of(kind, Long.parseLong(id));
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        kinds.forEach((kind, name) ->
                text.append(text.isEmpty() ? "" : ",").append(kind).append('=').append(name));
        return text.toString();
    }
}
