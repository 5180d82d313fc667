package io.tagma.engine.council.variable;

import java.util.Set;

/**
 * A variable as configured. Immutable.
 *
 * @param spec what it may be
 * @param concerned numbers of the agents that may propose and vote
 * @param policy when a proposal becomes a change
 * @param versionsKept how many versions are kept, the current one among them; at least 1
 */
public record VariableDefinition(VariableSpec spec, Set<Integer> concerned, VariablePolicy policy, int versionsKept) {
    /** Checks that somebody is concerned and something kept. */
    public VariableDefinition {
        concerned = Set.copyOf(concerned);
        if (concerned.isEmpty() || versionsKept < 1) {
            throw new IllegalArgumentException(spec.name()
                    + ": a variable concerns 1 agent at least and keeps 1 version at least: " + concerned.size()
                    + " and "
                    + versionsKept);
        }
    }
}
