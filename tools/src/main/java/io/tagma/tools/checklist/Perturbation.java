package io.tagma.tools.checklist;

import java.util.Locale;
import java.util.SplittableRandom;

/** A change of a text that leaves what is meant as it was, or turns it; stateless. Most are those of CheckList's authors. */
enum Perturbation {
    /** Two adjacent characters of one word trade places. */
    TYPO {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            if (text.length() < 2) {
                return text;
            }
            final int start = random.nextInt(text.length() - 1);
            for (int step = 0; step < text.length() - 1; step++) {
                final int at = (start + step) % (text.length() - 1);
                final char first = text.charAt(at);
                final char second = text.charAt(at + 1);
                if (Character.isLetter(first) && Character.isLetter(second) && first != second) {
                    return text.substring(0, at) + second + first + text.substring(at + 2);
                }
            }
            return text;
        }
    },

    /** All upper case. */
    CASE {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            return text.toUpperCase(Locale.ROOT);
        }
    },

    /** Blanks around and twice between words. */
    SPACING {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            return "  " + text.replace(" ", "  ") + " ";
        }
    },

    /** Contractions written out, or what can be contracted contracted. */
    CONTRACTIONS {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            String changed = text;
            for (final String[] pair : PAIRS) {
                changed = replaceWord(changed, pair[0], pair[1]);
            }
            if (!changed.equals(text)) {
                return changed;
            }
            for (final String[] pair : PAIRS) {
                changed = replaceWord(changed, pair[1], pair[0]);
            }
            return changed;
        }
    },

    /** A please before or behind, or thanks behind. */
    POLITENESS {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            return switch (random.nextInt(3)) {
                case 0 -> "please " + text;
                case 1 -> text + " please";
                default -> text + " thanks";
            };
        }
    },

    /** Another request is appended. */
    SECOND_INTENT {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            return text + " and " + other;
        }
    },

    /** The request is taken back. */
    NEGATION {
        @Override
        String apply(final String text, final String other, final SplittableRandom random) {
            return "i do not want this: " + text;
        }
    };

    private static final String[][] PAIRS = {
        {"what's", "what is"},
        {"how's", "how is"},
        {"where's", "where is"},
        {"it's", "it is"},
        {"i'm", "i am"},
        {"i'd", "i would"},
        {"i'll", "i will"},
        {"i've", "i have"},
        {"don't", "do not"},
        {"can't", "cannot"},
        {"won't", "will not"},
        {"isn't", "is not"},
        {"didn't", "did not"},
        {"doesn't", "does not"}
    };

    /**
     * Changes a text.
     *
     * @param text the original
     * @param other a text of another intent
     * @return the changed text; the original itself where there is nothing to change
     */
    abstract String apply(String text, String other, SplittableRandom random);

    private static String replaceWord(final String text, final String from, final String to) {
        return (" " + text + " ").replace(" " + from + " ", " " + to + " ").strip();
    }
}
