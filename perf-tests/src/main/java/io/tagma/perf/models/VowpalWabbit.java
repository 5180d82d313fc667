package io.tagma.perf.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import vowpalWabbit.learner.VWLearners;
import vowpalWabbit.learner.VWMulticlassLearner;

/**
 * Vowpal Wabbit through its own JNI bindings, one against all, as its users call it: an example is a line of text, built and parsed
 * within the time that is measured. Texts give it the features that Tagma's classifier takes: words, pairs of words, and runs of two
 * to five letters.
 */
final class VowpalWabbit implements TextLearner, StreamLearner {
    private static final int MIN_GRAM = 2;
    private static final int MAX_GRAM = 5;

    private final VWMulticlassLearner learner;
    private final StringBuilder line = new StringBuilder();

    /** For so many classes. */
    VowpalWabbit(final int classes) {
        learner = VWLearners.create("--oaa " + classes + " --loss_function logistic -b 22 --quiet");
    }

    /** Why it cannot be used here; empty where it can. Its library is for a few systems only. */
    static String absence() {
        try (VowpalWabbit one = new VowpalWabbit(2)) {
            one.learn("x", 0);
            return "";
        } catch (final LinkageError | RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
        }
    }

    @Override
    public int predict(final String text) {
        return learner.predict(example(text)) - 1;
    }

    @Override
    public void learn(final String text, final int label) {
        learner.learn((label + 1) + " " + example(text));
    }

    @Override
    public int predict(final float[] features) {
        return learner.predict(example(features)) - 1;
    }

    @Override
    public void learn(final float[] features, final int label) {
        learner.learn((label + 1) + " " + example(features));
    }

    private String example(final float[] features) {
        line.setLength(0);
        line.append("|f");
        for (int i = 0; i < features.length; i++) {
            line.append(' ').append(i).append(':').append(features[i]);
        }
        return line.toString();
    }

    private String example(final String text) {
        final String[] words = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9\\u00c0-\\uffff]+", " ")
                .strip()
                .split(" ", -1);
        line.setLength(0);
        line.append("|w");
        for (final String word : words) {
            line.append(' ').append(word);
        }
        line.append(" |p");
        for (int i = 0; i <= words.length; i++) {
            line.append(' ').append(i == 0 ? "^" : words[i - 1]).append('_').append(i == words.length ? "$" : words[i]);
        }
        line.append(" |c");
        for (final String word : words) {
            grams('_' + word + '_');
        }
        return line.toString();
    }

    private void grams(final String word) {
        for (int from = 0; from + MIN_GRAM <= word.length(); from++) {
            for (int n = MIN_GRAM; n <= MAX_GRAM && from + n <= word.length(); n++) {
                line.append(' ').append(word, from, from + n);
            }
        }
    }

    @Override
    public void close() {
        try {
            learner.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
