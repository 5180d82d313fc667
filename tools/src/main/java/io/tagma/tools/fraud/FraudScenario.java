package io.tagma.tools.fraud;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.tools.chaos.ChaosEffects;
import io.tagma.tools.chaos.ChaosScenario;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Vocabulary;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Card payments decided by four specialists that vote, with one model that sees all features as a shadow beside them.
 * Chargebacks come 7 days of stream time later. By option a challenger and a trainer learn beside them. Used by one thread.
 */
public final class FraudScenario implements Scenario {
    /** How it is called. */
    public static final String NAME = "card-fraud";

    /** What its agents can do. */
    public static final String CAPABILITY = "fraud-score";

    /** Kind of subjects that are cards. */
    public static final int CARD = 1;

    /** Kind of subjects that are terminals. */
    public static final int TERMINAL = 2;

    /** Property: rows that a shard must hold. */
    static final String ROWS = "rows";

    /** Property: decisions that may wait for their outcome. */
    static final String PENDING = "pending";

    /** Rows for the Handbook's world, and then some. */
    static final int DEFAULT_ROWS = 1 << 15;

    /** The Handbook's world has 67,000 payments a week. */
    static final int DEFAULT_PENDING = 1 << 17;

    private static final float REVIEW_AT = 0.2f;
    private static final float DECLINE_AT = 0.5f;
    private static final int SLOT_LENGTH = 128;
    // A referral carries the card's features too.
    private static final int SLOT_LENGTH_OF_SHARDS = 192;

    private static final Vocabulary VOCABULARY = new Vocabulary(
            Map.of(CARD, CardRule.NAMES, TERMINAL, TerminalRule.NAMES),
            List.of("amount"),
            List.of("allow", "review", "decline"));

    private final TrialOptions options = new TrialOptions();
    private final AtomicReference<TrainedAgent.@Nullable Examples> examples = new AtomicReference<>();
    private final ChaosEffects chaos;

    /** The scenario as it runs by itself and is replayed. */
    public FraudScenario() {
        this(ChaosEffects.NONE);
    }

    /** The same, where faults on purpose have effects. */
    public FraudScenario(final ChaosEffects chaos) {
        this.chaos = chaos;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String about() {
        return "card payments, simulated or from a CSV file, decided by four specialists that vote (the default)";
    }

    @Override
    public Object options() {
        return options;
    }

    @Override
    public Workload workload(final RunRequest request) throws IOException {
        final Path input = request.input();
        final Map<String, String> trial = options.properties(request.journaled());
        final FraudWorkload workload =
                input == null ? FraudWorkload.simulated(request) : FraudWorkload.ofFile(input, request);
        return trial.isEmpty() ? workload : workload.trying(trial, options, examples);
    }

    @Override
    public EngineContext context(final ScenarioSettings settings) {
        final EngineContext context = new EngineContext()
                .name(NAME)
                .slotLength(settings.shards() == 1 ? SLOT_LENGTH : SLOT_LENGTH_OF_SHARDS)
                .intent(IntentSpec.voted("payment", CAPABILITY, REVIEW_AT, DECLINE_AT))
                .subjectKind(CARD, "card")
                .subjectKind(TERMINAL, "terminal")
                .subjectRule(CardProfile::new)
                .peerRule(TerminalProfile::new)
                .limits(new ShardLimits()
                        .profileDimension(FraudFeatures.ROW_LENGTH)
                        .maxFeatures(FraudFeatures.LENGTH)
                        .maxRows(settings.number(ROWS, DEFAULT_ROWS))
                        .pendingCapacity(settings.number(PENDING, DEFAULT_PENDING)));
        FraudVariables.declare(context);
        for (final Speciality speciality : Speciality.values()) {
            context.agent(SpecialistAgent.of(speciality));
        }
        // FraudTrial finds their ballots in this order, and FraudQuality the single model's as the last
        final String challenger = settings.properties().get(TrialOptions.CHALLENGER);
        if (challenger != null) {
            context.agent(ChallengerAgent.of(challenger))
                    .agent(ServingAgent.of(
                            Double.parseDouble(settings.properties().getOrDefault(TrialOptions.SHARE, "0.5"))));
        }
        if (settings.properties().containsKey(TrialOptions.TRAINER)) {
            context.agent(TrainedAgent.of(examples));
        }
        if (SecondLook.isWanted(settings)) {
            context.agent(SecondLookAgent.of(chaos))
                    .outside(SecondLook.terms(ChaosScenario.isolated(settings, chaos), chaos));
        }
        context.agent(SingleModelAgent.shadow());
        return settings.noteIn(ChaosScenario.within(context, settings, chaos));
    }

    @Override
    public Vocabulary vocabulary() {
        return VOCABULARY;
    }
}
