package io.tagma.tools.market;

import java.util.List;

/**
 * What came of a file of bids. Immutable.
 *
 * @param winners in the order of items, under VCG of agents
 * @param refused bids that do not count, in the order of the file
 */
record Outcome(List<Winner> winners, List<Refusal> refused) {
    Outcome {
        winners = List.copyOf(winners);
        refused = List.copyOf(refused);
    }

    /** Who won what: {@code valueMicros} was bid, {@code paymentMicros} is paid. */
    record Winner(String agent, List<String> items, long valueMicros, long paymentMicros) {
        Winner {
            items = List.copyOf(items);
        }
    }

    /** A bid that does not count, and why. */
    record Refusal(String agent, String reason) {}
}
