package io.tagma.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders an audit record's fields for people and for other programs. Stateless, any thread. */
final class AuditText {
    private static final char FIRST_PRINTABLE = ' ';

    private AuditText() {}

    static void json(final Map<String, @Nullable Object> fields, final StringBuilder out) {
        String separator = "{";
        for (final Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            out.append(separator);
            quote(field.getKey(), out);
            out.append(':');
            value(field.getValue(), out);
            separator = ",";
        }
        out.append(fields.isEmpty() ? "{}" : "}");
    }

    /** A YAML flow mapping; strings are quoted as in JSON, which YAML 1.2 takes. */
    static void yaml(final Map<String, @Nullable Object> fields, final StringBuilder out) {
        String separator = "{ ";
        for (final Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            out.append(separator);
            if (plain(field.getKey())) {
                out.append(field.getKey());
            } else {
                quote(field.getKey(), out);
            }
            out.append(": ");
            value(field.getValue(), out);
            separator = ", ";
        }
        out.append(fields.isEmpty() ? "{ }" : " }");
    }

    private static void value(final @Nullable Object value, final StringBuilder out) {
        if (value instanceof Long || value == null) {
            out.append(value);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            out.append(number.doubleValue());
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(final String text, final StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < FIRST_PRINTABLE) {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean plain(final String text) {
        return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
    }
}
