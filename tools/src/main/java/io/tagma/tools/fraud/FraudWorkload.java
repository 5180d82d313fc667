package io.tagma.tools.fraud;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * Payments from the simulator or a file, and each payment's outcome 7 days of stream time later. Owned by the submitting
 * thread; shards tell of decisions.
 */
final class FraudWorkload implements Workload {
    private static final long DEFAULT_SEED = 1;
    private static final double DEFAULT_RATE = 100_000;
    private static final int PAYMENT = 0;
    // Labels are kept until the decision is made: far longer than any ring is.
    private static final int LABELS = 1 << 20;
    private static final VarHandle DECIDED = MethodHandles.arrayElementVarHandle(byte[].class);

    private final TransactionSource source;
    private final @Nullable TransactionCsv file;
    private final String description;
    private final Map<String, String> properties;
    private final OutcomeSchedule schedule;
    private final FraudQuality quality;
    private final byte[] frauds = new byte[LABELS];
    private final byte[] decided = new byte[LABELS];
    private final Transaction payment = new Transaction();
    private final io.tagma.tools.fraud.Outcome due = new io.tagma.tools.fraud.Outcome();
    private final int shards;
    private long[] journaledTo;
    private long read;
    private long submitted;
    private boolean waiting;
    private boolean outcomeWaits;
    private boolean ended;
    private long undecidedFrom;
    private @Nullable FraudTrial trial;
    private @Nullable AtomicReference<TrainedAgent.@Nullable Examples> examples;
    private @Nullable FraudTrainer trainer;
    private @Nullable Engine engine;
    private Runnable step = () -> {};

    private FraudWorkload(
            final TransactionSource source,
            final @Nullable TransactionCsv file,
            final String description,
            final Map<String, String> properties,
            final int pending,
            final int shards) {
        this.source = source;
        this.file = file;
        this.description = description;
        this.properties = properties;
        this.schedule = new OutcomeSchedule(pending, OutcomeSchedule.WEEK_SECONDS);
        this.quality = new FraudQuality(shards);
        this.shards = shards;
        this.journaledTo = new long[shards];
    }

    /** The Handbook's world, without end. */
    static FraudWorkload simulated(final RunRequest request) {
        final long seed = request.seedOr(DEFAULT_SEED);
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put("source", "simulator");
        properties.put("seed", Long.toString(seed));
        return new FraudWorkload(
                FraudSimulator.handbook(seed),
                null,
                "simulated payments, seed " + seed,
                properties,
                FraudScenario.DEFAULT_PENDING,
                request.shards());
    }

    /** A file, read once to find out how much room it needs, and then as the run goes. */
    static FraudWorkload ofFile(final Path input, final RunRequest request) throws IOException {
        final FraudFileSurvey survey = FraudFileSurvey.of(input);
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put("source", "file");
        properties.put("first", survey.first());
        // A file that has grown since does not change what the directory was made with.
        final Map<String, String> before = request.journaled();
        properties.put(FraudScenario.ROWS, before.getOrDefault(FraudScenario.ROWS, Integer.toString(survey.rows())));
        properties.put(
                FraudScenario.PENDING, before.getOrDefault(FraudScenario.PENDING, Integer.toString(survey.pending())));
        final TransactionCsv file = TransactionCsv.open(input);
        return new FraudWorkload(
                file,
                file,
                survey.payments() + " payments of " + input,
                properties,
                BitUtil.findNextPositivePowerOfTwo(survey.pending()),
                request.shards());
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public String source() {
        return description;
    }

    @Override
    public double defaultRate() {
        return file == null ? DEFAULT_RATE : FLAT_OUT;
    }

    @Override
    public boolean isEndless() {
        return file == null;
    }

    /**
     * Reads what was journaled again, so that its outcomes fall due as they would have. What was submitted before the event
     * that the slowest shard has last is in every shard's journal; what a faster shard has beyond it is left out.
     */
    @Override
    public void resume(final long[] lastCorrelationIds) {
        journaledTo = lastCorrelationIds.clone();
        long everywhere = Long.MAX_VALUE;
        for (final long last : journaledTo) {
            everywhere = Math.min(everywhere, last);
            undecidedFrom = Math.max(undecidedFrom, last + 1);
        }
        while (read < everywhere && source.next(payment)) {
            note();
            while (schedule.pollDue(payment.epochSecond, due)) {
                // it was submitted before this payment
            }
            schedule.add(payment);
        }
    }

    /** Adds what learns beside the team; to be called before the run. */
    FraudWorkload trying(
            final Map<String, String> noted,
            final TrialOptions options,
            final AtomicReference<TrainedAgent.@Nullable Examples> taker) {
        properties.putAll(noted);
        trial = new FraudTrial(noted, LABELS, options.alpha(), options.trialFrom());
        examples = noted.containsKey(TrialOptions.TRAINER) ? taker : null;
        return this;
    }

    @Override
    public void launched(final Engine running, final Runnable stepping) {
        engine = running;
        step = stepping;
        if (examples != null) {
            trainer = FraudTrainer.start(running, examples);
        }
    }

    @Override
    public void ending() {
        if (trainer != null) {
            trainer.close();
        }
    }

    private void note() {
        read++;
        payment.id = read; // a file's own ids need not count up
        decided[(int) read & (LABELS - 1)] = 0;
        frauds[(int) read & (LABELS - 1)] = (byte) (payment.fraud ? 1 : 0);
    }

    @Override
    public int next(final Event event, final Outcome outcome) {
        while (true) {
            if (!waiting && !ended) {
                if (source.next(payment)) {
                    note();
                    waiting = true;
                } else {
                    ended = true;
                }
            }
            if (outcomeWaits || schedule.pollDue(ended ? Long.MAX_VALUE : payment.epochSecond, due)) {
                outcomeWaits = !isDecided(due.transactionId);
                if (outcomeWaits) {
                    return WAIT;
                }
                fill(outcome);
                if (trial != null && due.transactionId >= undecidedFrom) {
                    trial.outcome(due.transactionId, due.fraud, engine, step);
                }
                return OUTCOME;
            }
            if (ended) {
                return END;
            }
            schedule.add(payment);
            waiting = false;
            if (read > journaledTo[Subjects.shardOf(card(), shards)]) {
                fill(event);
                submitted++;
                return EVENT;
            }
        }
    }

    /**
     * Between shards an outcome could overtake its own event, which goes by way of the card's shard: it is told only when
     * the decision has been seen. On one shard the ring keeps the order. What an earlier run submitted is not waited for.
     */
    private boolean isDecided(final long payment) {
        return (shards == 1 && trial == null)
                || payment < undecidedFrom
                || (byte) DECIDED.getAcquire(decided, (int) payment & (LABELS - 1)) != 0;
    }

    private long card() {
        return Subjects.of(FraudScenario.CARD, payment.customerId);
    }

    private void fill(final Event event) {
        event.reset()
                .correlationId(read)
                .subject(card())
                .peer(Subjects.of(FraudScenario.TERMINAL, payment.terminalId))
                .timeNs(payment.epochNs())
                .intent(PAYMENT)
                .value((float) payment.amount);
    }

    private void fill(final Outcome outcome) {
        outcome.correlationId(due.transactionId)
                .owner(Subjects.of(FraudScenario.TERMINAL, due.terminalId))
                .timeNs(due.dueNs())
                .label(due.label())
                .intent(Event.UNCLASSIFIED);
    }

    @Override
    public void onDecision(final Decision decision) {
        if (trial != null && decision.ballotCount() > 0) {
            trial.decided(decision);
        }
        DECIDED.setRelease(decided, (int) decision.correlationId() & (LABELS - 1), (byte) 1);
        if (decision.ballotCount() > 0) {
            quality.add(decision, frauds[(int) decision.correlationId() & (LABELS - 1)] != 0);
        }
    }

    @Override
    public String headline() {
        return quality.headline();
    }

    @Override
    public Map<String, Object> quality() {
        return quality.figures();
    }

    @Override
    public Map<String, Object> learning() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        if (trial != null) {
            trial.figures(figures);
        }
        if (trainer != null) {
            trainer.figures(figures);
        }
        return figures;
    }

    @Override
    public List<Finding> findings() {
        final List<Finding> findings = quality.findings(schedule.refused());
        if (ended && read > 0 && submitted == 0) {
            findings.addFirst(new Finding(
                    "input",
                    String.format(
                            Locale.ROOT,
                            "all %,d payments were decided in an earlier run; outcomes were told again, those that had come are the unmatched",
                            read)));
        }
        if (trial != null) {
            findings.addAll(trial.findings());
        }
        if (trainer != null) {
            findings.add(trainer.finding());
        }
        return findings;
    }

    @Override
    public void close() throws IOException {
        ending(); // also where the run failed
        if (file != null) {
            file.close();
        }
    }
}
