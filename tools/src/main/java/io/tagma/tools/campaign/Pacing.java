package io.tagma.tools.campaign;

import io.tagma.engine.council.variable.VariablePolicy;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableVersion;

/**
 * The pacing that all campaigns share: the part of its budget that a campaign may have spent by now is the elapsed part of the flight times the
 * pacing. 1 spends evenly, more spends early. A variable of the engine, moved by vote in steps. Stateless.
 */
final class Pacing {
    /** Name of the variable. */
    static final String VARIABLE = "pacing";

    /** The pacing at the start. */
    static final float FIRST = 1f;

    /** Of one vote. */
    static final float STEP = 0.05f;

    private static final float LEAST = 0.5f;
    private static final float MOST = 2f;
    private static final float RELEASED_AT_ONCE = 2e-5f;

    private Pacing() {}

    /** The variable: it concerns all campaigns, and who proposes. */
    static VariableTerms terms() {
        return VariableTerms.of(
                new VariableSpec.Real(VARIABLE, "of even spending", LEAST, MOST, FIRST), new MajorityOfCampaigns());
    }

    /** More campaigns agree than refuse. Who proposes is none; those that have no opinion are not counted. */
    private static final class MajorityOfCampaigns implements VariablePolicy {
        @Override
        public Finding judge(final VariableProposal proposal, final int concerned) {
            final int own = proposal.by() == VariableVersion.NOBODY ? 0 : 1;
            return proposal.yes() - own > proposal.no() ? Finding.ACCEPTED : Finding.OPEN;
        }

        @Override
        public String policyName() {
            return "majority of campaigns that vote";
        }
    }

    /** The pacing after a step that carried; stays within 0.5 to 2. */
    static float moved(final float pacing, final float step) {
        return Math.clamp(pacing + step, LEAST, MOST);
    }

    /** The step that the n-th proposal is about: up and down in turn. */
    static float proposed(final long vote) {
        return vote % 2 == 0 ? STEP : -STEP;
    }

    /** The released share of every budget, 0 to 1. */
    static float released(final float pacing, final float elapsed) {
        return Math.min(1f, RELEASED_AT_ONCE + pacing * elapsed);
    }

    /** What a budget has released, in micro-credits. */
    static long releasedMicros(final long budgetMicros, final float released) {
        return (long) (budgetMicros * (double) released);
    }
}
