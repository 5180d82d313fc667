package io.tagma.tools.fraud;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Route;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.chaos.ChaosEffects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Has large payments {@linkplain SecondLook looked at again} outside the shard, and votes on what their cards pay within a day from then on by
 * what came of it. Where one who looks hangs, fails or refuses, the other is asked. Owned by the shard's thread.
 */
public final class SecondLookAgent implements Agent {
    /** Its name in the registry. */
    public static final String NAME = "second-look";

    /** Those below are not worth it; in the default world 8 in 1,000 are above. */
    private static final float LARGE = 180f;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double NS_PER_DAY = 86_400e9;

    /** A second look alone has a payment reviewed, never declined. */
    private static final float MOST_LOG_ODDS = FraudMath.logit(0.3f);

    private static final int SLOTS = 512;
    private static final int KEY_MASK = (1 << 24) - 1; // what a float holds exactly
    private static final int KEY = 0;
    private static final int DAY = 1;
    private static final int LOG_ODDS = 2;
    private static final int SLOT = 3;

    private final AgentContext context;
    private final ChaosEffects effects;
    private final float[] memory;
    private final UnsafeBuffer question = new UnsafeBuffer(new byte[SecondLook.LENGTH]);
    private final Route even = new Route(0, 1);
    private final Route odd = new Route(1, 0);
    private double today;

    private SecondLookAgent(final AgentContext context, final ChaosEffects effects) {
        this.context = context;
        this.effects = effects;
        this.memory = context.memory(SLOTS * SLOT);
    }

    /** Makes the agent; {@code effects} hears, live, what is looked at. */
    static AgentFactory of(final ChaosEffects effects) {
        return AgentFactory.of(
                AgentDescriptor.of(NAME, FraudScenario.CAPABILITY), made -> new SecondLookAgent(made, effects));
    }

    @Override
    public void handle(final Task task, final Ballot ballot) {
        today = task.timeNs() / NS_PER_DAY;
        final long card = task.subject();
        final int at = slot(card);
        if (memory[at + KEY] == key(card) && today - memory[at + DAY] < 1) {
            ballot.logOdds(memory[at + LOG_ODDS]);
        }
        final float[] features = task.features();
        final float amount = features[FraudFeatures.AMOUNT];
        if (amount < LARGE) {
            return;
        }
        SecondLook.write(
                question,
                task.correlationId(),
                card,
                amount,
                features[FraudFeatures.CARD_MEAN + 2],
                features[FraudFeatures.CARD_COUNT + 1]);
        final boolean asked = route(card).ask(context, question, 0, SecondLook.LENGTH, PATIENCE_NS) != 0;
        effects.asked(task.correlationId(), asked);
    }

    private Route route(final long card) {
        return (card & 1) == 0 ? even : odd;
    }

    private static int slot(final long card) {
        return (int) (Subjects.mix(card) & (SLOTS - 1)) * SLOT;
    }

    /** Never 0, which is an empty slot. */
    private static float key(final long card) {
        return (Subjects.mix(card) >>> 32 & KEY_MASK) | 1;
    }

    @Override
    public void onAnswer(final Answer answer) {
        final long event = SecondLook.event(answer.asked());
        final long card = SecondLook.card(answer.asked());
        if (answer.code() != Answer.OK) {
            final boolean asked = route(card).next(context, answer, PATIENCE_NS) != 0;
            effects.passedOver(event, answer.service(), answer.code(), asked);
            return;
        }
        final int at = slot(card);
        memory[at + KEY] = key(card);
        memory[at + DAY] = (float) today;
        memory[at + LOG_ODDS] = Math.min(answer.floatAt(0), MOST_LOG_ODDS);
        effects.looked(event, answer.service());
    }
}
