package io.tagma.tools.fraud;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows as they were when a payment came, for maps to be learnt from: a few of all payments, and each on which the team was not sure, which weigh the more
 * the nearer they were to where it decides otherwise. Owned by one thread.
 */
final class RowExamples {
    private static final int MOST = 10_000;
    private static final int EVERY = 20;
    private static final float SURE = -3f; // log-odds below which nobody looks twice
    private static final double LEAST_WEIGHT = 1e-3;

    private final List<float[]> cards = new ArrayList<>();
    private final List<float[]> otherCards = new ArrayList<>();
    private final List<float[]> terminals = new ArrayList<>();
    private final List<float[]> otherTerminals = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private int seen;

    /** Looks at the payment in hand, before it counts. */
    void see(final ConsistencyWorld world) {
        final int card = (int) world.payment.customerId;
        final int terminal = (int) world.payment.terminalId;
        final float logOdds = world.logOdds(world.cards.at(card), world.terminals.at(terminal));
        if ((seen++ % EVERY == 0 || logOdds > SURE) && weights.size() < MOST) {
            cards.add(world.row(true, card));
            otherCards.add(world.other(true, card).clone());
            terminals.add(world.row(false, terminal));
            otherTerminals.add(world.other(false, terminal).clone());
            weights.add(LEAST_WEIGHT + Math.exp(-ConsistencyWorld.fromThreshold(logOdds)));
        }
    }

    /** Rows in the scenario's own architecture. */
    List<float[]> rows(final boolean card) {
        return card ? cards : terminals;
    }

    /** Their counters with the other memories. */
    List<float[]> others(final boolean card) {
        return card ? otherCards : otherTerminals;
    }

    /** What each counts for. */
    double[] weights() {
        return weights.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
