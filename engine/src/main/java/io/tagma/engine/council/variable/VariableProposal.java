package io.tagma.engine.council.variable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A change that was proposed, with the votes on it. Changed by {@link Variables} alone; owned by its thread. */
public final class VariableProposal {
    private final long number;
    private final Variable variable;
    private final VariableValue value;
    private final int by;
    private final long baseVersion;
    private final long applyAt;
    private final List<Integer> agreed = new ArrayList<>();
    private final List<Integer> refused = new ArrayList<>();
    private VariablePolicy.Finding finding = VariablePolicy.Finding.OPEN;

    VariableProposal(
            final long number,
            final Variable variable,
            final VariableValue value,
            final int by,
            final long baseVersion,
            final long applyAt) {
        this.number = number;
        this.variable = variable;
        this.value = value;
        this.by = by;
        this.baseVersion = baseVersion;
        this.applyAt = applyAt;
    }

    boolean voted(final int voter) {
        return agreed.contains(voter) || refused.contains(voter);
    }

    void vote(final int voter, final boolean yes) {
        (yes ? agreed : refused).add(voter);
    }

    void find(final VariablePolicy.Finding found) {
        finding = found;
    }

    /** Its number, growing from 1. */
    public long number() {
        return number;
    }

    /** What it would change. */
    public Variable variable() {
        return variable;
    }

    /** What to. */
    public VariableValue value() {
        return value;
    }

    /** The agent that proposed it. */
    public int by() {
        return by;
    }

    /** The variable's version when it was proposed. */
    public long baseVersion() {
        return baseVersion;
    }

    /** The first input that would see the change; also when it lapses. */
    public long applyAt() {
        return applyAt;
    }

    /** How many agreed. */
    public int yes() {
        return agreed.size();
    }

    /** How many refused. */
    public int no() {
        return refused.size();
    }

    /** Who agreed, in the order of their votes. */
    public List<Integer> agreed() {
        return Collections.unmodifiableList(agreed);
    }

    /** Who dissented, in the order of their votes. */
    public List<Integer> dissent() {
        return Collections.unmodifiableList(refused);
    }

    /** What the policy found so far. */
    public VariablePolicy.Finding finding() {
        return finding;
    }
}
