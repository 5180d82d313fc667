package io.tagma.tools.checklist;

import io.tagma.tools.ToolException;
import io.tagma.tools.desk.Utterance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Runs behavioural tests (Ribeiro, Wu, Guestrin and Singh, "Beyond accuracy: behavioral testing of NLP models with CheckList", ACL
 * 2020). Used by one thread.
 *
 * <p>Invariance and direction are tested on texts that were not taught; a case is a text that the change did change. It fails by what
 * the classifier said of the unchanged text, right or wrong.
 */
final class Checklist {
    private static final int EXAMPLES = 3;

    private final TestedModel subject;
    private final List<Utterance> unseen;
    private final long seed;
    private final List<String> examples = new ArrayList<>();
    private int cases;
    private int failures;

    Checklist(final TestedModel subject, final List<Utterance> unseen, final long seed) {
        this.subject = subject;
        this.unseen = unseen;
        this.seed = seed;
    }

    /** Runs one test; the same seed gives the same cases. */
    Verdict run(final Behaviour test) {
        examples.clear();
        cases = 0;
        failures = 0;
        switch (test) {
            case Behaviour.Minimum minimum -> minimum(minimum);
            case Behaviour.Invariance invariance -> changed(invariance.change(), Double.NaN);
            case Behaviour.Directional directional -> changed(directional.change(), directional.tolerance());
        }
        return new Verdict(test, cases, failures, List.copyOf(examples));
    }

    private void minimum(final Behaviour.Minimum test) {
        final int intent = subject.intents().indexOf(test.intent());
        if (intent < 0) {
            throw new ToolException("test '" + test.name() + "' expects the intent '" + test.intent()
                    + "', which --train does not have");
        }
        for (final String template : test.templates()) {
            for (final String text : filled(template, test.lexicon())) {
                final int said = subject.classify(text);
                count(said != intent, text, "is " + subject.intents().get(said));
            }
        }
    }

    /** All texts of a template. */
    static List<String> filled(final String template, final Map<String, List<String>> lexicon) {
        List<String> texts = List.of(template);
        for (final Map.Entry<String, List<String>> slot : lexicon.entrySet()) {
            final String mark = "{" + slot.getKey() + "}";
            final List<String> more = new ArrayList<>();
            for (final String text : texts) {
                if (text.contains(mark)) {
                    slot.getValue().forEach(value -> more.add(text.replace(mark, value)));
                } else {
                    more.add(text);
                }
            }
            texts = more;
        }
        for (final String text : texts) {
            if (text.contains("{")) {
                throw new ToolException("template '" + template + "' has a slot that its lexicon does not fill");
            }
        }
        return texts;
    }

    // A tolerance that is NaN means invariance.
    private void changed(final Perturbation change, final double tolerance) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (final Utterance utterance : unseen) {
            final String text = change.apply(utterance.text(), other(utterance, random), random);
            if (text.equals(utterance.text())) {
                continue;
            }
            final int before = subject.classify(utterance.text());
            final float probability = subject.probability(before);
            final int after = subject.classify(text);
            final float left = subject.probability(before);
            final String was = subject.intents().get(before);
            if (Double.isNaN(tolerance)) {
                count(
                        after != before,
                        text,
                        was + " became " + subject.intents().get(after));
            } else {
                count(
                        left > probability + tolerance,
                        text,
                        String.format(Locale.ROOT, "%s rose from %.2f to %.2f", was, probability, left));
            }
        }
    }

    private String other(final Utterance utterance, final SplittableRandom random) {
        final int start = random.nextInt(unseen.size());
        for (int step = 0; step < unseen.size(); step++) {
            final Utterance found = unseen.get((start + step) % unseen.size());
            if (!found.intent().equals(utterance.intent())) {
                return found.text();
            }
        }
        return utterance.text();
    }

    private void count(final boolean failed, final String text, final String why) {
        cases++;
        if (failed) {
            failures++;
            if (examples.size() < EXAMPLES) {
                examples.add("'" + text + "': " + why);
            }
        }
    }
}
