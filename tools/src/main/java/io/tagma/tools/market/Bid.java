package io.tagma.tools.market;

import java.util.List;

/**
 * One bid of a file. Immutable.
 *
 * @param agent who bids
 * @param items what for; empty for the item without a name
 * @param micros the value or ask in micro-credits, meaningless where there is a fault
 * @param fault why the bid cannot count, empty where it can
 */
record Bid(String agent, List<String> items, long micros, String fault) {
    Bid {
        items = List.copyOf(items);
    }
}
