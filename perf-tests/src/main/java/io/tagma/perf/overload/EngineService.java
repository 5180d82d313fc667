package io.tagma.perf.overload;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.perf.decision.Payments;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.tools.fraud.CardProfile;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.FraudScenario;
import io.tagma.tools.fraud.FraudVariables;
import io.tagma.tools.fraud.SpecialistAgent;
import io.tagma.tools.fraud.Speciality;
import io.tagma.tools.fraud.TerminalProfile;
import java.nio.file.Path;

/** Card-fraud's four agents on one shard, journaled, behind a ring that rejects what finds no room. */
final class EngineService implements Service {
    private static final int SLOT_LENGTH = 128;
    private static final int MAX_BATCH = 64;
    private static final int MAX_ROWS = 1 << 15;
    private static final float REVIEW_AT = 0.2f;
    private static final float DECLINE_AT = 0.5f;

    private final Payments payments;
    private final Engine engine;
    private final Event event = new Event();
    private final long cycleNs;

    EngineService(final Payments payments, final Path directory, final Answers answers, final int ringCapacity) {
        this.payments = payments;
        cycleNs = payments.timeNs(payments.count() - 1) - payments.timeNs(0) + 1;
        final EngineContext context = new EngineContext()
                .name("overload")
                .directory(directory)
                .threading(Threading.DEDICATED)
                .ringCapacity(ringCapacity)
                .slotLength(SLOT_LENGTH)
                .overflowPolicy(OverflowPolicy.REJECT)
                .audit(false)
                .jmx(false)
                .intent(IntentSpec.voted("score", FraudScenario.CAPABILITY, REVIEW_AT, DECLINE_AT))
                .subjectRule(CardProfile::new)
                .peerRule(TerminalProfile::new)
                .listener(decision -> answers.answered((int) (decision.correlationId() - 1)))
                .limits(new ShardLimits()
                        .maxBatch(MAX_BATCH)
                        .maxRows(MAX_ROWS)
                        .profileDimension(FraudFeatures.ROW_LENGTH)
                        .maxFeatures(FraudFeatures.LENGTH));
        FraudVariables.declare(context);
        for (final Speciality speciality : Speciality.values()) {
            context.agent(SpecialistAgent.of(speciality));
        }
        engine = Engine.launch(context);
    }

    @Override
    public boolean offer(final int number) {
        final int i = number % payments.count();
        final int code = engine.submit(event.reset()
                .correlationId(number + 1L)
                .subject(payments.card(i))
                .peer(payments.terminal(i))
                .timeNs(payments.timeNs(i) + (long) (number / payments.count()) * cycleNs)
                .intent(0)
                .value(payments.amount(i)));
        if (code != SubmitCode.ACCEPTED && code != SubmitCode.FULL) {
            throw new IllegalStateException("payment " + number + ": " + SubmitCode.describe(code));
        }
        return code == SubmitCode.ACCEPTED;
    }

    @Override
    public void close() {
        engine.close();
    }
}
