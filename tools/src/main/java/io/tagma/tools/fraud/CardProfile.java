package io.tagma.tools.fraud;

import io.tagma.engine.agent.Task;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link CardRule} as the rule of an engine's first subjects. Owned by the shard's thread. */
public final class CardProfile implements ProfileRule {
    private final CardRule cardRule = new CardRule();
    private @Nullable ProfileFloats floats;

    @Override
    public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
        cardRule.contribute(on(row), task.timeNs(), task.peer(), task.value(0), features, offset);
        return FraudFeatures.CARD_LENGTH;
    }

    @Override
    public List<BehaviourVariable> behaviours(final int kind) {
        return kind == FraudScenario.CARD ? CardRule.BEHAVIOURS : List.of();
    }

    @Override
    public void update(final ProfileRow row, final Task task) {
        cardRule.update(on(row), task.timeNs(), task.peer(), task.value(0));
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
