package io.tagma.tools.checklist;

import java.util.List;

/** What a suite asks questions of. Used by one thread. */
public interface TestedModel {
    /** Its answers, by number. */
    List<String> intents();

    /** The likeliest intent of a text. */
    int classify(String text);

    /** Probability, 0 to 1, of an intent in the text that was classified last. */
    float probability(int intent);
}
