package io.tagma.tools.fraud;

import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link TerminalRule} as the rule of an engine's second subjects. Owned by the shard's thread. */
public final class TerminalProfile implements ProfileRule {
    private final TerminalRule terminalRule = new TerminalRule();
    private static final long DELAY_NS = OutcomeSchedule.WEEK_SECONDS * 1_000_000_000L;
    private static final float FRAUD = 0.5f;

    private @Nullable ProfileFloats floats;

    @Override
    public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
        // The frame begins where the card's features do, which the first shard wrote.
        terminalRule.contribute(on(row), task.timeNs(), features, offset - FraudFeatures.CARD_LENGTH);
        return FraudFeatures.LENGTH - FraudFeatures.CARD_LENGTH;
    }

    @Override
    public List<BehaviourVariable> behaviours(final int kind) {
        return kind == FraudScenario.TERMINAL ? TerminalRule.BEHAVIOURS : List.of();
    }

    @Override
    public void update(final ProfileRow row, final Task task) {
        terminalRule.update(on(row), task.timeNs());
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void learn(final ProfileRow row, final Feedback feedback) {
        terminalRule.learn(
                on(row),
                feedback.timeNs(),
                feedback.timeNs() - DELAY_NS,
                feedback.features(),
                feedback.offset(),
                feedback.label() > FRAUD);
    }

    private ProfileFloats on(final ProfileRow row) {
        ProfileFloats seen = floats;
        if (seen == null) {
            seen = new ProfileFloats(row);
            floats = seen;
        }
        return seen.on(row);
    }
}
