package io.tagma.tools.checklist;

import java.util.List;
import java.util.Map;

/** One test of a suite. Immutable. */
sealed interface Behaviour {
    /** What it is called. */
    String name();

    /** Share of cases that may fail, 0 to 1. */
    double ceiling();

    /**
     * Minimum functionality: simple texts that must be understood.
     *
     * @param intent that all of them mean
     * @param templates texts with slots in braces
     * @param lexicon values of each slot
     */
    record Minimum(
            String name, double ceiling, String intent, List<String> templates, Map<String, List<String>> lexicon)
            implements Behaviour {}

    /** Invariance: a change that must not change the answer. */
    record Invariance(String name, double ceiling, Perturbation change) implements Behaviour {}

    /**
     * Directional expectation: a change after which the first answer must not be more probable.
     *
     * @param tolerance by which it may be, 0 to 1
     */
    record Directional(String name, double ceiling, Perturbation change, double tolerance) implements Behaviour {}
}
