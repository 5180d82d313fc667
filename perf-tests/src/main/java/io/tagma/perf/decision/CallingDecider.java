package io.tagma.perf.decision;

/** A decider that does everything on the calling thread before it returns. */
public abstract class CallingDecider implements Decider {
    final Payments payments;
    private int next;
    private int nextOutcome;

    CallingDecider(final Payments payments) {
        this.payments = payments;
    }

    @Override
    public final void run(final int to) {
        while (next < to) {
            learnDue(payments.timeNs(next));
            decide(next++);
        }
    }

    @Override
    public final int start(final int first, final int ready) {
        learnDue(payments.timeNs(
                first)); // only the first of all finds any: the rest was learnt behind the decision before
        decide(first);
        next = first + 1;
        if (next < payments.count()) {
            learnDue(payments.timeNs(next));
        }
        return 1;
    }

    private void learnDue(final long nowNs) {
        while (nextOutcome < next && payments.outcomeNs(nextOutcome) <= nowNs) {
            learn(nextOutcome++);
        }
    }

    /** Decides and hands the decision to the sink. */
    abstract void decide(int i);

    /** Learns how payment {@code i} turned out. */
    abstract void learn(int i);
}
