package io.tagma.tools.checklist;

import java.util.List;

/**
 * What a test found. Immutable.
 *
 * @param test that was run
 * @param cases that it had
 * @param failures among them
 * @param examples of failures, a few
 */
record Verdict(Behaviour test, int cases, int failures, List<String> examples) {
    /** Share of failures, 0 to 1; 1 where nothing was tested. */
    double rate() {
        return cases == 0 ? 1 : failures / (double) cases;
    }

    /** Whether the ceiling holds. */
    boolean holds() {
        return rate() <= test.ceiling();
    }
}
