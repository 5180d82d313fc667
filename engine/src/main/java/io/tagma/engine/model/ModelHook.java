package io.tagma.engine.model;

/**
 * Something put around a live model. Immutable; written as words with colons between, e.g. {@code blend:ftrl-proximal:0.25}, and read
 * back from them bit for bit ({@link HookTypes}).
 */
public sealed interface ModelHook {
    /**
     * What the model is asked is changed; what it learns is not. A function of the features alone, so that a replay comes to the same;
     * {@code toString} is how it is written.
     */
    non-sealed interface Rewrite extends ModelHook {
        /**
         * Changes features in place; allocates nothing.
         *
         * @param features of which {@link #inputs} at least are there
         */
        void rewrite(float[] features);

        /** How many inputs a model must have for it: one more than the highest number that it touches. */
        int inputs();
    }

    /** Another model learns beside the one within, and may have a share in the answer. */
    sealed interface Other extends ModelHook {
        /** Of the other. */
        String type();

        /** Of its answer in the whole, 0 to 1; 0 is asked and counted alone. */
        float share();
    }

    /**
     * {@code scale * input + offset} in place of an input.
     *
     * @param input number of the input, from 0
     */
    record Transform(int input, float scale, float offset) implements Rewrite {
        @Override
        public void rewrite(final float[] features) {
            features[input] = Math.fma(scale, features[input], offset);
        }

        @Override
        public int inputs() {
            return input + 1;
        }

        @Override
        public String toString() {
            return "transform:" + input + ":" + scale + ":" + offset;
        }
    }

    /**
     * An input is not seen: 0 in its place.
     *
     * @param input number of the input, from 0
     */
    record Mask(int input) implements Rewrite {
        @Override
        public void rewrite(final float[] features) {
            features[input] = 0f;
        }

        @Override
        public int inputs() {
            return input + 1;
        }

        @Override
        public String toString() {
            return "mask:" + input;
        }
    }

    /**
     * Two inputs change places.
     *
     * @param one number of an input, from 0
     * @param other number of another
     */
    record Swap(int one, int other) implements Rewrite {
        @Override
        public void rewrite(final float[] features) {
            final float kept = features[one];
            features[one] = features[other];
            features[other] = kept;
        }

        @Override
        public int inputs() {
            return Math.max(one, other) + 1;
        }

        @Override
        public String toString() {
            return "swap:" + one + ":" + other;
        }
    }

    /**
     * Another model answers; both learn.
     *
     * @param type of the other
     */
    record Replace(String type) implements Other {
        @Override
        public float share() {
            return 1f;
        }

        @Override
        public String toString() {
            return "replace:" + type;
        }
    }

    /**
     * Another model is asked and learns, and is only counted: how often it was right.
     *
     * @param type of the other
     */
    record Shadow(String type) implements Other {
        @Override
        public float share() {
            return 0f;
        }

        @Override
        public String toString() {
            return "shadow:" + type;
        }
    }

    /**
     * The answer is a mean of both, the other's with this share; both learn.
     *
     * @param type of the other
     * @param share 0 to 1
     */
    record Blend(String type, float share) implements Other {
        /** Checks the share. */
        public Blend {
            if (!(share >= 0f && share <= 1f)) {
                throw new IllegalArgumentException("a blend's share is 0 to 1, not " + share);
            }
        }

        @Override
        public String toString() {
            return "blend:" + type + ":" + share;
        }
    }

    /** Reads a hook of this package, see {@link HookTypes#parse}. */
    static ModelHook parse(final String text) {
        return HookTypes.builtIn().parse(text);
    }
}
