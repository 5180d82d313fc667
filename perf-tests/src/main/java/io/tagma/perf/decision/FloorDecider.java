package io.tagma.perf.decision;

/** Decides nothing: what is left is the loop, the clock and the pacing. */
final class FloorDecider extends CallingDecider {
    private final DecisionSink sink;

    FloorDecider(final Payments payments, final DecisionSink sink) {
        super(payments);
        this.sink = sink;
    }

    @Override
    void decide(final int i) {
        sink.decided(i, payments.amount(i));
    }

    @Override
    void learn(final int i) {}

    @Override
    public void close() {}
}
