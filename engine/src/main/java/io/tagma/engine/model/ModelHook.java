package io.tagma.engine.model;

import java.util.Locale;

/**
 * Something put around a live model ({@link HookedModel}). Immutable; written as words, e.g. {@code blend ftrl-proximal 0.25}, and read
 * back from them bit for bit.
 */
public sealed interface ModelHook {
    /**
     * What the model is asked is changed: {@code scale * input + offset} in place of an input. What it learns is not.
     *
     * @param input number of the input, from 0
     */
    record Transform(int input, float scale, float offset) implements ModelHook {
        @Override
        public String toString() {
            return "transform " + input + " " + scale + " " + offset;
        }
    }

    /**
     * Another model answers; both learn.
     *
     * @param type of the other
     */
    record Replace(String type) implements ModelHook {
        @Override
        public String toString() {
            return "replace " + type;
        }
    }

    /**
     * Another model is asked and learns, and is only counted: how often it was right.
     *
     * @param type of the other
     */
    record Shadow(String type) implements ModelHook {
        @Override
        public String toString() {
            return "shadow " + type;
        }
    }

    /**
     * The answer is a mean of both, the other's with this share; both learn.
     *
     * @param type of the other
     * @param share 0 to 1
     */
    record Blend(String type, float share) implements ModelHook {
        /** Checks the share. */
        public Blend {
            if (!(share >= 0f && share <= 1f)) {
                throw new IllegalArgumentException("a blend's share is 0 to 1, not " + share);
            }
        }

        @Override
        public String toString() {
            return "blend " + type + " " + share;
        }
    }

    /**
     * Reads a hook.
     *
     * @throws IllegalArgumentException when it is none, with how hooks are written
     */
    static ModelHook parse(final String text) {
        final String[] words = text.strip().split("\\s+", -1);
        final String form = words[0].toLowerCase(Locale.ROOT) + " " + (words.length - 1);
        try {
            if (form.equals("transform 3")) {
                return new Transform(
                        Integer.parseInt(words[1]), Float.parseFloat(words[2]), Float.parseFloat(words[3]));
            }
            if (form.equals("replace 1")) {
                return new Replace(words[1]);
            }
            if (form.equals("shadow 1")) {
                return new Shadow(words[1]);
            }
            if (form.equals("blend 2")) {
                return new Blend(words[1], Float.parseFloat(words[2]));
            }
        } catch (final NumberFormatException expected) {
            // Said below, with what would do.
        }
        throw new IllegalArgumentException("a hook is 'transform INPUT SCALE OFFSET', 'replace TYPE', 'shadow TYPE' or"
                + " 'blend TYPE SHARE', not '" + text + "'");
    }
}
