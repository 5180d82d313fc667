package io.tagma.tools.checklist;

import io.tagma.tools.desk.Utterance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the fewest slips of the pen that change the classifier's answer: two letters swapped or one left out. Used by one thread.
 *
 * <p>All single slips of a text are tried; where none changes the answer, the one that takes most of its probability is kept and all
 * further ones are tried on top of it, as HotFlip does (Ebrahimi and others, "HotFlip: white-box adversarial examples for text
 * classification", ACL 2018). So what is found is an upper bound of the fewest from two slips on.
 */
final class EditSearch {
    /** Slips that are tried on top of each other. */
    static final int MOST_EDITS = 3;

    private static final int EXAMPLES = 3;

    private final Subject subject;
    private final List<String> examples = new ArrayList<>();
    private final int[] byEdits = new int[MOST_EDITS + 1];
    private int texts;

    EditSearch(final Subject subject) {
        this.subject = subject;
    }

    /** Searches in so many of the texts, drawn by the seed. */
    void search(final List<Utterance> unseen, final int most, final long seed) {
        final List<Utterance> drawn = new ArrayList<>(unseen);
        Collections.shuffle(drawn, new Random(seed));
        for (final Utterance utterance : drawn.subList(0, Math.min(most, drawn.size()))) {
            search(utterance.text());
        }
    }

    private void search(final String text) {
        final int before = subject.classify(text);
        String reached = text;
        texts++;
        for (int edits = 1; edits <= MOST_EDITS; edits++) {
            final String next = best(reached, before);
            if (next == null) {
                return;
            }
            reached = next;
            final int after = subject.classify(reached);
            if (after != before) {
                byEdits[edits]++;
                if (examples.size() < EXAMPLES) {
                    examples.add("'" + text + "' -> '" + reached + "' (" + edits + "): "
                            + subject.intents().get(before) + " became "
                            + subject.intents().get(after));
                }
                return;
            }
        }
        byEdits[0]++;
    }

    /** The slip that leaves the answer the least probability, one that changes it before any other; null where there is none to make. */
    private @Nullable String best(final String text, final int answer) {
        String best = null;
        double least = Double.MAX_VALUE;
        for (final String changed : slips(text)) {
            final boolean flips = subject.classify(changed) != answer;
            final double left = subject.probability(answer) - (flips ? 1 : 0);
            if (left < least) {
                least = left;
                best = changed;
            }
        }
        return best;
    }

    /** All texts one slip away. */
    static List<String> slips(final String text) {
        final List<String> slips = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isLetter(text.charAt(i))) {
                continue;
            }
            slips.add(text.substring(0, i) + text.substring(i + 1));
            if (i + 1 < text.length()
                    && Character.isLetter(text.charAt(i + 1))
                    && text.charAt(i) != text.charAt(i + 1)) {
                slips.add(text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2));
            }
        }
        return slips;
    }

    /** Texts that were searched. */
    int texts() {
        return texts;
    }

    /** Texts whose answer changed with so many slips, 1 to {@link #MOST_EDITS}; at 0 those whose answer stood. */
    int byEdits(final int edits) {
        return byEdits[edits];
    }

    /** A few of what was found. */
    List<String> examples() {
        return List.copyOf(examples);
    }
}
