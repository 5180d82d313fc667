package io.tagma.perf.decision;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import io.tagma.tools.fraud.CardRule;
import io.tagma.tools.fraud.FloatRow;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.OnlineLogistic;
import io.tagma.tools.fraud.Specialist;
import io.tagma.tools.fraud.Speciality;
import io.tagma.tools.fraud.TerminalRule;
import java.util.Locale;

/** The scenario's functions as the engine's rules and agents. Each instance is owned by its shard's thread. */
final class FraudAgents {
    /** What an agent that can judge payments can do. */
    static final String CAPABILITY = "fraud";

    private FraudAgents() {}

    /** The one model over the base features. */
    static AgentFactory single() {
        return AgentFactory.of(AgentDescriptor.of("single", CAPABILITY), context -> new SingleModel());
    }

    /** One of the four. */
    static AgentFactory specialist(final Speciality speciality) {
        return AgentFactory.of(
                AgentDescriptor.of(speciality.name().toLowerCase(Locale.ROOT), CAPABILITY),
                context -> new SpecialistAgent(speciality));
    }

    private static final class SingleModel implements Agent {
        private final OnlineLogistic model = new OnlineLogistic(FraudFeatures.BASE_NAMES);

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(model.score(task.features(), FraudFeatures.BASE));
        }

        @Override
        public void learn(final Feedback feedback) {
            model.learn(feedback.features(), feedback.offset() + FraudFeatures.BASE, feedback.label());
        }
    }

    private static final class SpecialistAgent implements Agent {
        private final Specialist specialist;

        SpecialistAgent(final Speciality speciality) {
            specialist = new Specialist(speciality);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(specialist.ballot(task.features(), 0));
        }

        @Override
        public void learn(final Feedback feedback) {
            specialist.learn(feedback.features(), feedback.offset(), feedback.label());
        }
    }

    /** The only voter's word is the verdict, so that one model in the engine decides as it would alone. */
    static final class OnlyVoice implements VoteRule {
        @Override
        public int stateFloats(final int voters) {
            return 0;
        }

        @Override
        public void init(final float[] state, final int voters) {}

        @Override
        public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
            return ballots[offset];
        }

        @Override
        public void learn(
                final float[] ballots, final int offset, final int voters, final float[] state, final float label) {}

        @Override
        public float standing(final float[] state, final int i) {
            return 1f;
        }
    }

    /** Rows of cards. */
    static final class Cards implements ProfileRule {
        private final RowView view = new RowView();

        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            CardRule.contribute(view.of(row), task.timeNs(), task.peer(), task.value(0), features, offset);
            return FraudFeatures.CARD_LENGTH;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            CardRule.update(view.of(row), task.timeNs(), task.peer(), task.value(0));
        }
    }

    /** Rows of terminals. */
    static final class Terminals implements ProfileRule {
        private final RowView view = new RowView();

        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            TerminalRule.contribute(view.of(row), task.timeNs(), features, offset - FraudFeatures.CARD_LENGTH);
            return FraudFeatures.LENGTH - FraudFeatures.CARD_LENGTH;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            TerminalRule.update(view.of(row), task.timeNs());
        }

        @Override
        public void learn(final ProfileRow row, final Feedback feedback) {
            TerminalRule.learn(
                    view.of(row),
                    feedback.timeNs(),
                    feedback.timeNs() - Payments.OUTCOME_DELAY_NS,
                    feedback.features(),
                    feedback.offset(),
                    feedback.label() > 0.5f);
        }

        @Override
        public boolean learns() {
            return true;
        }
    }

    private static final class RowView implements FloatRow {
        @SuppressWarnings("NullAway.Init") // set by of, which every use begins with
        private ProfileRow row;

        RowView of(final ProfileRow newRow) {
            row = newRow;
            return this;
        }

        @Override
        public float get(final int i) {
            return row.get(i);
        }

        @Override
        public void set(final int i, final float value) {
            row.set(i, value);
        }

        @Override
        public long updatedNs() {
            return row.updatedNs();
        }
    }
}
