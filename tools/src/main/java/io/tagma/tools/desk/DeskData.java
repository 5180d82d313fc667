package io.tagma.tools.desk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A desk's data in the order in which it is said: first what is learnt from, then what the frozen model is asked. Immutable.
 *
 * @param catalogue intents and domains
 * @param train learnt from, one after another
 * @param eval of known intents, asked of the frozen model
 * @param outOfScope of no known intent, asked of the frozen model
 */
record DeskData(Catalogue catalogue, List<Utterance> train, List<Utterance> eval, List<Utterance> outOfScope) {
    /**
     * Reads what the options name.
     *
     * @throws IllegalArgumentException naming the file, the line and what was expected
     */
    static DeskData read(final DeskOptions options) {
        final List<Utterance> train = new ArrayList<>(UtteranceFile.read(options.input()));
        final Catalogue catalogue = Catalogue.of(train, options.domains());
        if (options.shuffleSeed() != null) {
            Collections.shuffle(train, new Random(options.shuffleSeed()));
        }
        final List<Utterance> eval = options.eval() == null ? List.of() : UtteranceFile.read(options.eval());
        for (final Utterance utterance : eval) {
            if (catalogue.number(utterance.intent()) < 0) {
                throw new IllegalArgumentException(options.eval() + " has intent '" + utterance.intent() + "', which "
                        + options.input() + " does not; evaluate on the same intents");
            }
        }
        final List<Utterance> strange =
                options.outOfScope() == null ? List.of() : UtteranceFile.read(options.outOfScope());
        if (options.users() == 0) {
            return new DeskData(catalogue, List.copyOf(train), eval, strange);
        }
        final DeskUsers users = new DeskUsers(options.users(), catalogue.size(), options.seed());
        return new DeskData(catalogue, spoken(train, catalogue, users), spoken(eval, catalogue, users), strange);
    }

    private static List<Utterance> spoken(
            final List<Utterance> utterances, final Catalogue catalogue, final DeskUsers users) {
        return utterances.stream()
                .map(u -> new Utterance(u.intent(), u.text(), "u" + users.speaker(catalogue.number(u.intent()))))
                .toList();
    }

    /** The same without anybody's name. */
    DeskData anonymous() {
        return new DeskData(catalogue, unnamed(train), unnamed(eval), unnamed(outOfScope));
    }

    private static List<Utterance> unnamed(final List<Utterance> utterances) {
        return utterances.stream()
                .map(u -> new Utterance(u.intent(), u.text(), ""))
                .toList();
    }

    /** Whether anybody has a name. */
    boolean isNamed() {
        return train.stream().anyMatch(u -> !u.user().isEmpty());
    }

    /** All that is said. */
    int size() {
        return train.size() + eval.size() + outOfScope.size();
    }

    /** The {@code i}-th thing said. */
    Utterance at(final int i) {
        if (i < train.size()) {
            return train.get(i);
        }
        final int asked = i - train.size();
        return asked < eval.size() ? eval.get(asked) : outOfScope.get(asked - eval.size());
    }
}
