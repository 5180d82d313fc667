package io.tagma.engine.council.variable;

/** Told when a proposal ends, on the thread that owns the variables. */
@FunctionalInterface
public interface VariableListener {
    /** A proposal ended. */
    void settled(VariableProposal proposal, Fate fate);
}
