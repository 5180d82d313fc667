package io.tagma.tools.fraud;

import io.tagma.engine.EngineContext;
import io.tagma.engine.council.variable.VariablePolicy;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the four specialists share and may vote to change. At their first values they change no bit of a decision. Stateless. */
public final class FraudVariables {
    /** What every specialist's learning rate is multiplied with. */
    static final String LEARNING_RATE = "learning-rate";

    private static final double SHARE = 0.6;
    private static final double MOST = 4;
    private static final double LEAST_RATE = 0.01;

    private FraudVariables() {}

    /** What a specialist's ballot, in log-odds, is multiplied with. */
    static String weightOf(final Speciality speciality) {
        return "weight." + speciality.name().toLowerCase(Locale.ROOT);
    }

    /** The learning rate, then the weights in the order of the specialities. */
    static List<VariableSpec> specs() {
        final List<VariableSpec> specs = new ArrayList<>();
        specs.add(new VariableSpec.Real(LEARNING_RATE, "x", LEAST_RATE, MOST, 1));
        for (final Speciality speciality : Speciality.values()) {
            specs.add(new VariableSpec.Real(weightOf(speciality), "x", 0, MOST, 1));
        }
        return specs;
    }

    /** Declares them: three of the four must agree. */
    public static void declare(final EngineContext context) {
        specs().forEach(spec -> context.variable(VariableTerms.of(spec, VariablePolicy.consensus(SHARE))));
    }
}
