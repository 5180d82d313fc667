package io.tagma.perf.decision;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.FaultLimits;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.StagedInputs;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.fraud.CardProfile;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.fraud.FraudVariables;
import io.tagma.tools.fraud.SingleModelAgent;
import io.tagma.tools.fraud.SpecialistAgent;
import io.tagma.tools.fraud.Speciality;
import io.tagma.tools.fraud.TerminalProfile;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tagma with one shard: ring, journal, off-heap rows, agents, outcomes through the same ring. Events go in from the harness's
 * thread; the shard runs on its own thread or on the harness's.
 */
final class TagmaDecider implements Decider {
    private static final int SCORE = 0;
    private static final int RING_CAPACITY = 8192;
    private static final int SLOT_LENGTH = 128;
    private static final int MAX_BATCH = 1024;
    private static final int MAX_ROWS = 1 << 14; // the Handbook's 15,000 cards and terminals
    private static final long CHECK_NS = 20_000;

    private final Payments payments;
    private final DecisionSink sink;
    private final Engine engine;
    private final @Nullable StagedInputs batch; // where the harness's thread runs the shard
    private final Event event = new Event();
    private final Outcome outcome = new Outcome();
    private final Decision answer = new Decision();
    private int next;
    private int nextOutcome;

    /**
     * Launches an engine.
     *
     * @param team the four specialists voting; otherwise the one model
     * @param threading {@link Threading#DEDICATED} or {@link Threading#CALLER}
     */
    TagmaDecider(
            final Payments payments,
            final Path directory,
            final DecisionSink sink,
            final boolean team,
            final Threading threading) {
        this(payments, directory, sink, team, threading, FaultLimits.DEFAULT);
    }

    /** The same under other limits for faults. */
    TagmaDecider(
            final Payments payments,
            final Path directory,
            final DecisionSink sink,
            final boolean team,
            final Threading threading,
            final FaultLimits faults) {
        this.payments = payments;
        this.sink = sink;
        final EngineContext context = new EngineContext()
                .name("bench")
                .directory(directory)
                .threading(threading)
                .ringCapacity(RING_CAPACITY)
                .slotLength(SLOT_LENGTH)
                .audit(false)
                .jmx(false)
                .faults(faults)
                .intent(IntentSpec.voted(
                        "score", FraudScenario.CAPABILITY, PlainFraud.REVIEW_AT, PlainFraud.DECLINE_AT))
                .subjectRule(CardProfile::new)
                .peerRule(TerminalProfile::new)
                .limits(new ShardLimits()
                        .maxBatch(MAX_BATCH)
                        .maxRows(MAX_ROWS)
                        .profileDimension(FraudFeatures.ROW_LENGTH)
                        .maxFeatures(FraudFeatures.LENGTH));
        if (team) {
            FraudVariables.declare(context);
            for (final Speciality speciality : Speciality.values()) {
                context.agent(SpecialistAgent.of(speciality));
            }
            context.listener(decision -> sink.decided(paymentOf(decision), decision.score()));
        } else {
            context.agent(SingleModelAgent.voting()).voteRule(new OnlyVoice());
            context.listener(decision -> sink.decided(paymentOf(decision), decision.ballot(0)));
        }
        engine = Engine.launch(context);
        batch = threading == Threading.CALLER ? engine.staged() : null;
    }

    private static int paymentOf(final Decision decision) {
        return (int) (decision.correlationId() - 1);
    }

    @Override
    public void run(final int to) {
        while (next < to) {
            submitDue(payments.timeNs(next));
            final Event filled = fill(next++);
            while (!taken(batch == null ? engine.submit(filled) : batch.add(filled))) {
                makeRoom();
            }
        }
        while (sink.decided() < to) {
            makeRoom();
        }
    }

    @Override
    public int start(final int first, final int ready) {
        submitDue(payments.timeNs(first));
        next = first + 1;
        final int code = engine.decide(fill(first), answer);
        if (code != SubmitCode.ACCEPTED) {
            throw new IllegalStateException("payment " + first + " was not decided: " + SubmitCode.describe(code));
        }
        final int taught = nextOutcome;
        if (next < payments.count()) {
            submitDue(payments.timeNs(next));
        }
        if (nextOutcome > taught) {
            engine.step();
        }
        return 1;
    }

    private Event fill(final int i) {
        return event.reset()
                .correlationId(i + 1L)
                .subject(payments.card(i))
                .peer(payments.terminal(i))
                .timeNs(payments.timeNs(i))
                .intent(SCORE)
                .value(payments.amount(i));
    }

    private void submitDue(final long nowNs) {
        while (nextOutcome < next && payments.outcomeNs(nextOutcome) <= nowNs) {
            outcome.correlationId(nextOutcome + 1L)
                    .owner(payments.terminal(nextOutcome))
                    .timeNs(payments.outcomeNs(nextOutcome))
                    .label(payments.label(nextOutcome));
            while (!taken(batch == null ? engine.submit(outcome) : batch.add(outcome))) {
                makeRoom();
            }
            nextOutcome++;
        }
    }

    private void makeRoom() {
        final Throwable failure = engine.shard(0).failure();
        if (failure != null) {
            throw new IllegalStateException("the shard has stopped", failure);
        }
        if (batch != null) {
            engine.step();
        } else {
            LockSupport.parkNanos(CHECK_NS);
        }
    }

    private static boolean taken(final int code) {
        if (code == SubmitCode.ACCEPTED) {
            return true;
        }
        if (code == SubmitCode.FULL || code == SubmitCode.TIMED_OUT) {
            return false;
        }
        throw new IllegalStateException("not taken: " + SubmitCode.describe(code));
    }

    @Override
    public void close() {
        engine.close();
    }
}
