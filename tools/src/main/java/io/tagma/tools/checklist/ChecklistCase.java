package io.tagma.tools.checklist;

import io.tagma.tools.ToolException;
import io.tagma.tools.desk.Utterance;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/** One behavioural test of a suite with the texts that it changes, to be put to a model. Immutable. */
public final class ChecklistCase {
    private final Behaviour test;
    private final List<Utterance> unseen;
    private final long seed;

    private ChecklistCase(final Behaviour test, final List<Utterance> unseen, final long seed) {
        this.test = test;
        this.unseen = unseen;
        this.seed = seed;
    }

    /** The suite that needs no file, see {@code tagma checklist run builtin}. */
    public static List<ChecklistCase> builtIn(final List<Utterance> unseen, final long seed) throws IOException {
        return of(SuiteFile.read(SuiteFile.BUILT_IN), unseen, seed);
    }

    /**
     * The tests of a suite.
     *
     * @param source what to call it in messages
     * @param yaml the suite
     * @param unseen texts that the model was not taught; none where the suite has only minimum functionality tests
     * @param seed of the changes; the same seed gives the same texts
     * @throws ToolException naming the test, what was found and what was expected
     */
    public static List<ChecklistCase> read(
            final String source, final InputStream yaml, final List<Utterance> unseen, final long seed)
            throws IOException {
        return of(SuiteFile.read(source, yaml), unseen, seed);
    }

    private static List<ChecklistCase> of(final List<Behaviour> suite, final List<Utterance> unseen, final long seed) {
        final List<Utterance> texts = List.copyOf(unseen);
        return suite.stream().map(test -> new ChecklistCase(test, texts, seed)).toList();
    }

    /** What the suite calls it. */
    public String name() {
        return test.name();
    }

    /** {@code minimum}, {@code invariance} or {@code directional}. */
    public String kind() {
        return test.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Share of cases that may fail, 0 to 1. */
    public double ceiling() {
        return test.ceiling();
    }

    /**
     * Puts the test to a model.
     *
     * @throws AssertionError when more fail than may, with examples, or when there was nothing to test
     */
    public void verify(final TestedModel model) {
        final Verdict verdict = new Checklist(model, unseen, seed).run(test);
        if (verdict.cases() == 0) {
            throw new AssertionError(name() + ": no case; give texts that it can change");
        }
        if (!verdict.holds()) {
            throw new AssertionError(String.format(
                    Locale.ROOT,
                    "%s: %d of %d cases failed, %.2f %%, where %.2f %% may:%n  %s",
                    name(),
                    verdict.failures(),
                    verdict.cases(),
                    100 * verdict.rate(),
                    100 * ceiling(),
                    String.join("\n  ", verdict.examples())));
        }
    }

    @Override
    public String toString() {
        return kind() + ": " + name();
    }
}
