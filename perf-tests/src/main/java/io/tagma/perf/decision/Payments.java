package io.tagma.perf.decision;

import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.fraud.FraudSimulator;
import io.tagma.tools.fraud.FraudWorld;
import io.tagma.tools.fraud.Transaction;
import java.util.concurrent.TimeUnit;

/**
 * The work to be done: payments in the order of their times, made before any clock starts. Immutable; shared by all threads.
 *
 * <p>The job is, for each payment {@code i}: first learn every outcome that is due by then, in the order of their payments, then decide.
 */
public final class Payments {
    /** How long after a payment its outcome is known. */
    static final long OUTCOME_DELAY_NS = TimeUnit.DAYS.toNanos(7);

    private final long[] timeNs;
    private final long[] card;
    private final long[] terminal;
    private final float[] amount;
    private final boolean[] fraud;

    private Payments(final int count) {
        timeNs = new long[count];
        card = new long[count];
        terminal = new long[count];
        amount = new float[count];
        fraud = new boolean[count];
    }

    /** The first {@code count} payments of a world. */
    public static Payments of(final FraudWorld world, final int count) {
        final Payments payments = new Payments(count);
        final FraudSimulator simulator = new FraudSimulator(world);
        final Transaction next = new Transaction();
        for (int i = 0; i < count; i++) {
            simulator.next(next);
            payments.timeNs[i] = next.epochNs();
            payments.card[i] = Subjects.of(FraudScenario.CARD, next.customerId);
            payments.terminal[i] = Subjects.of(FraudScenario.TERMINAL, next.terminalId);
            payments.amount[i] = (float) next.amount;
            payments.fraud[i] = next.fraud;
        }
        return payments;
    }

    /** How many there are. */
    public int count() {
        return timeNs.length;
    }

    /** When payment {@code i} is made, ns since the epoch. */
    public long timeNs(final int i) {
        return timeNs[i];
    }

    /** When its outcome becomes known, ns since the epoch. */
    long outcomeNs(final int i) {
        return timeNs[i] + OUTCOME_DELAY_NS;
    }

    /** The card, as a subject. */
    public long card(final int i) {
        return card[i];
    }

    /** The terminal, as a subject. */
    public long terminal(final int i) {
        return terminal[i];
    }

    public float amount(final int i) {
        return amount[i];
    }

    /** The truth, which only {@link #outcomeNs} reveals. */
    boolean fraud(final int i) {
        return fraud[i];
    }

    /** 1 for fraud, 0 for honest. */
    float label(final int i) {
        return fraud[i] ? 1f : 0f;
    }
}
