package io.tagma.perf.decision;

import io.tagma.engine.kernel.FloatMath;
import java.nio.file.Path;

/** Single-threaded plain Java with a journal of records. */
final class PlainDecider extends CallingDecider {
    private final DecisionSink sink;
    private final PlainFraud fraud;
    private final RecordFile journal;

    PlainDecider(final Payments payments, final Path directory, final DecisionSink sink, final boolean eachRecord) {
        super(payments);
        this.sink = sink;
        fraud = new PlainFraud();
        journal = new RecordFile(directory, eachRecord);
    }

    @Override
    void decide(final int i) {
        final long nowNs = payments.timeNs(i);
        final long card = payments.card(i);
        final long terminal = payments.terminal(i);
        final float amount = payments.amount(i);
        final float logOdds = fraud.decide(i, nowNs, card, terminal, amount);
        journal.decision(i, nowNs, card, terminal, amount, FloatMath.sigmoid(logOdds));
        sink.decided(i, logOdds);
    }

    @Override
    void learn(final int i) {
        journal.outcome(i, payments.outcomeNs(i), payments.terminal(i), payments.fraud(i));
        fraud.learn(i, payments.outcomeNs(i), payments.terminal(i), payments.fraud(i));
    }

    @Override
    public void close() {
        journal.close();
    }
}
