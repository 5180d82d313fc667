package io.tagma.tools.desk;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.ingest.Subjects;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.List;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Sends utterances through an engine one after another, each decided (and, when learning, its outcome submitted) before the
 * next. Owned by the running thread.
 */
final class DeskPass {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long INTERVAL_NS = 10 * SECOND_NS;
    private static final long START_NS = 1_700_000_000L * SECOND_NS;

    private final Engine engine;
    private final Catalogue catalogue;
    private final List<OperatorSpec> staff;
    private final DecisionInbox inbox;
    private final long seed;
    private final NanoClock clock;
    private final Event event = new Event();
    private final Outcome outcome = new Outcome();
    private final Decision decision = new Decision();
    private final Histogram latencyNs = new Histogram(60 * SECOND_NS, 3);
    private long correlationId;
    private long outcomes;
    private long resolved;

    DeskPass(
            final Engine engine,
            final Catalogue catalogue,
            final DecisionInbox inbox,
            final long seed,
            final long lastCorrelationId) {
        this.engine = engine;
        this.catalogue = catalogue;
        this.staff = OperatorSpec.staff(catalogue.domains());
        this.inbox = inbox;
        this.seed = seed;
        this.clock = engine.context().nanoClock();
        this.correlationId = lastCorrelationId;
    }

    /** Decides on an utterance; the answer is in {@link #decision()}. */
    void ask(final Utterance utterance) {
        correlationId++;
        event.reset()
                .correlationId(correlationId)
                .subject(subject(utterance))
                .timeNs(START_NS + correlationId * INTERVAL_NS)
                .text(utterance.text());
        final long asked = clock.nanoTime();
        final int code = engine.context().threading() == Threading.CALLER
                ? engine.decide(event, decision)
                : inbox.submitAndWait(engine, event, decision);
        if (code != SubmitCode.ACCEPTED) {
            throw new IllegalStateException(
                    "utterance " + correlationId + " was not taken: " + SubmitCode.describe(code));
        }
        latencyNs.recordValue(Math.min(clock.nanoTime() - asked, 60 * SECOND_NS));
    }

    /** Tells the engine what the last utterance meant and how its operator did. */
    void tell(final Utterance utterance) {
        final int meant = catalogue.number(utterance.intent());
        final boolean done = decision.intent() == meant
                && decision.agent() >= 0
                && staff.get(decision.agent()).resolves(correlationId, seed);
        resolved += done ? 1 : 0;
        outcomes++;
        outcome.correlationId(correlationId)
                .owner(subject(utterance))
                .timeNs(START_NS + correlationId * INTERVAL_NS)
                .label(done ? 1f : 0f)
                .intent(meant);
        final int code = engine.submit(outcome);
        if (code != SubmitCode.ACCEPTED) {
            throw new IllegalStateException("outcome " + correlationId + " was not taken: " + SubmitCode.describe(code));
        }
    }

    /** Learns from all utterances in order. */
    void learn(final List<Utterance> utterances, final ClassificationQuality quality, final IntConsumer progress) {
        for (int i = 0; i < utterances.size(); i++) {
            final Utterance utterance = utterances.get(i);
            ask(utterance);
            quality.add(catalogue.number(utterance.intent()), decision.intent());
            tell(utterance);
            progress.accept(i + 1);
        }
    }

    private static long subject(final Utterance utterance) {
        return utterance.user().isEmpty()
                ? Subjects.of(DeskRule.VISITOR, 1)
                : Subjects.named(DeskRule.USER, utterance.user());
    }

    Decision decision() {
        return decision;
    }

    Histogram latencyNs() {
        return latencyNs;
    }

    long asked() {
        return latencyNs.getTotalCount();
    }

    long outcomes() {
        return outcomes;
    }

    /** Tasks that were understood and resolved by their operator. */
    long resolved() {
        return resolved;
    }
}
