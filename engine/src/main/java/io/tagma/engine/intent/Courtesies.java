package io.tagma.engine.intent;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.agrona.collections.LongHashSet;

/**
 * Words at either end of a request that say nothing of what is wanted; immutable. A text is read as if they were not there, as
 * long as {@value #LEAST_WORDS} other words are left: thanks alone may be what the text is about.
 *
 * @param leading single words, lower-case, that may stand before a request
 * @param trailing single words, lower-case, that may stand behind it
 */
public record Courtesies(List<String> leading, List<String> trailing) {
    /** Fewest words that are left of a text. */
    public static final int LEAST_WORDS = 3;

    /** Every word counts. */
    public static final Courtesies NONE = new Courtesies(List.of(), List.of());

    /** Of English requests. */
    public static final Courtesies ENGLISH = new Courtesies(
            List.of("please", "pls", "plz", "kindly"), List.of("please", "pls", "plz", "kindly", "thanks", "thx"));

    /**
     * Checks the words.
     *
     * @throws IllegalArgumentException naming one that is not a single lower-case word
     */
    public Courtesies {
        leading = List.copyOf(leading);
        trailing = List.copyOf(trailing);
        Stream.concat(leading.stream(), trailing.stream()).forEach(word -> {
            if (word.isEmpty() || word.contains(" ") || !word.equals(word.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "tagma.intent.courtesies must be single lower-case words: '" + word + "'");
            }
        });
    }

    static LongHashSet keys(final List<String> words) {
        final LongHashSet keys = new LongHashSet();
        for (final String word : words) {
            final int[] chars = word.codePoints().toArray();
            keys.add(TextFeatures.wordKey(chars, 0, chars.length));
        }
        return keys;
    }
}
