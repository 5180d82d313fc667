package io.tagma.tools.fraud;

import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.training.ElementaryEffects;
import io.tagma.engine.training.ElementaryEffects.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * How well the team of four ranks frauds, as a function of its hyper-parameters: the variables that the engine's council votes on, how long rows
 * remember, and how cautiously models begin. The seed is that of the simulated payments. Used by one thread.
 */
public final class FraudSensitivity implements ElementaryEffects.Goal {
    private static final int PENDING = 1 << 17;
    private static final int STRIDE = FraudFeatures.LENGTH + FraudTeam.SIZE;
    private static final int MEMORY = FraudTeam.SIZE + 1;
    private static final int CAUTION = MEMORY + 1;
    private static final int CARDS = 5_000;
    private static final int TERMINALS = 10_000;
    private static final long SECONDS_PER_DAY = 86_400;

    private final int payments;
    private final float[] frames = new float[PENDING * STRIDE];

    /**
     * Over the Handbook's world.
     *
     * @param payments of a run; outcomes begin to come after 67,000
     */
    public FraudSensitivity(final int payments) {
        this.payments = payments;
    }

    /** What is varied, with its range. */
    public static List<Parameter> parameters() {
        final List<Parameter> parameters = new ArrayList<>();
        for (final VariableSpec spec : FraudVariables.specs()) {
            parameters.add(new Parameter(spec, spec.name().equals(FraudVariables.LEARNING_RATE)));
        }
        parameters.add(new Parameter(new VariableSpec.Real("memory", "x", 0.25, 4, 1), true));
        parameters.add(new Parameter(new VariableSpec.Real("caution", "", 0.01, 100, 1), true));
        return List.copyOf(parameters);
    }

    /** Area under the ROC curve, percent, of the payments behind the first outcomes, each scored before its own. */
    @Override
    public double quality(final double[] values, final long seed) {
        final float[] weights = new float[FraudTeam.SIZE];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) values[1 + i];
        }
        final FraudTeam team = new FraudTeam((float) values[0], weights);
        for (int i = 0; i < FraudTeam.SIZE; i++) {
            team.specialist(i).model().caution((float) values[CAUTION]);
        }
        return 100 * new Run(team, (float) values[MEMORY], seed).auc();
    }

    /** One pass over the payments. */
    private final class Run {
        private final FraudTeam team;
        private final CardRule cardRule;
        private final TerminalRule terminalRule;
        private final FraudSimulator simulator;
        private final OutcomeSchedule schedule = new OutcomeSchedule(PENDING, OutcomeSchedule.WEEK_SECONDS);
        private final RankingQuality quality = new RankingQuality();
        private final ArrayRows cards = new ArrayRows(CARDS);
        private final ArrayRows terminals = new ArrayRows(TERMINALS);
        private final Transaction payment = new Transaction();
        private final Outcome outcome = new Outcome();

        Run(final FraudTeam team, final float memory, final long seed) {
            this.team = team;
            cardRule = new CardRule(memory);
            terminalRule = new TerminalRule(memory);
            simulator = FraudSimulator.handbook(seed);
        }

        double auc() {
            long countsFrom = Long.MAX_VALUE;
            for (int i = 0; i < payments; i++) {
                simulator.next(payment);
                countsFrom = i == 0 ? payment.epochSecond + OutcomeSchedule.WEEK_SECONDS + SECONDS_PER_DAY : countsFrom;
                while (schedule.pollDue(payment.epochSecond, outcome)) {
                    learn();
                }
                final float score = pay();
                if (payment.epochSecond >= countsFrom) {
                    quality.add(score, payment.fraud);
                }
            }
            return quality.rocAuc();
        }

        private void learn() {
            final int at = at(outcome.transactionId);
            team.learn(frames, at, frames, at + FraudFeatures.LENGTH, outcome.label());
            final ArrayRows row = terminals.at((int) outcome.terminalId);
            terminalRule.learn(row, outcome.dueNs(), outcome.paidNs(), frames, at, outcome.fraud);
            row.touched(outcome.dueNs());
        }

        private float pay() {
            final int at = at(payment.id);
            final long now = payment.epochNs();
            final float amount = (float) payment.amount;
            final ArrayRows card = cards.at((int) payment.customerId);
            cardRule.contribute(card, now, payment.terminalId, amount, frames, at);
            cardRule.update(card, now, payment.terminalId, amount);
            card.touched(now);
            final ArrayRows terminal = terminals.at((int) payment.terminalId);
            terminalRule.contribute(terminal, now, frames, at);
            terminalRule.update(terminal, now);
            terminal.touched(now);
            schedule.add(payment);
            return team.decide(frames, at, frames, at + FraudFeatures.LENGTH);
        }
    }

    private static int at(final long id) {
        return (int) (id & (PENDING - 1)) * STRIDE;
    }
}
