package io.tagma.engine.council.variable;

import java.util.TreeSet;

/**
 * A variable as an engine's configuration declares it. Immutable.
 *
 * @param spec type, range, unit and first value
 * @param concerned names of the agents that vote on it and may propose; empty for all but shadows
 * @param policy when a proposal becomes a change
 * @param versionsKept how many versions can be gone back to, the current one among them; 1 to {@value #MOST_VERSIONS}
 */
public record VariableTerms(VariableSpec spec, TreeSet<String> concerned, VariablePolicy policy, int versionsKept) {
    /** Most versions that are kept. */
    public static final int MOST_VERSIONS = 1024;

    /** Longest name, in bytes of UTF-8. */
    public static final int MOST_NAME_BYTES = 64;

    /** Checks the bounds. */
    public VariableTerms {
        concerned = new TreeSet<>(concerned);
        final String name = spec.name();
        if (!name.matches("[A-Za-z0-9._-]{1," + MOST_NAME_BYTES + "}")) {
            throw new IllegalArgumentException("a variable's name has 1 to " + MOST_NAME_BYTES
                    + " letters, digits, '.', '_' or '-', e.g. market.pacing: '" + name + "'");
        }
        if (versionsKept < 1 || versionsKept > MOST_VERSIONS) {
            throw new IllegalArgumentException(
                    name + ": versions kept must be 1 to " + MOST_VERSIONS + ", e.g. 16: " + versionsKept);
        }
    }

    /** A variable that concerns all agents but shadows, with 16 versions kept. */
    public static VariableTerms of(final VariableSpec spec, final VariablePolicy policy) {
        return new VariableTerms(spec, new TreeSet<>(), policy, 16);
    }

    /** The same that concerns these agents alone. */
    public VariableTerms concerning(final String... agents) {
        return new VariableTerms(spec, new TreeSet<>(java.util.List.of(agents)), policy, versionsKept);
    }

    /** The same with so many versions kept. */
    public VariableTerms keeping(final int versions) {
        return new VariableTerms(spec, concerned, policy, versions);
    }

    @Override
    public TreeSet<String> concerned() {
        return new TreeSet<>(concerned);
    }

    /** On one line, for the configuration that a journal begins with. */
    public String describe() {
        return spec + "/" + (concerned.isEmpty() ? "all" : concerned) + "/" + policy.policyName() + "/" + versionsKept;
    }
}
