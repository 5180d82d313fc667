package io.tagma.engine.council.variable;

import java.util.List;

/** A 64-bit digest of variables, in the order in which they are added (SplitMix64's mixer). Used by one thread. */
final class VariableDigest {
    private long value;

    void add(final long word) {
        long mixed = (value ^ word) + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        value = mixed ^ (mixed >>> 31);
    }

    void add(final VariableVersion version) {
        add(version.version());
        add(version.sequence());
        add(version.by());
        add(version.proposal());
        add(version.value());
    }

    void add(final VariableProposal proposal) {
        add(proposal.number());
        add(proposal.applyAt());
        add(proposal.baseVersion());
        add(proposal.by());
        add(proposal.value());
        voters(proposal.agreed());
        voters(proposal.dissent());
    }

    private void voters(final List<Integer> voters) {
        add(voters.size());
        voters.forEach(voter -> add((long) voter));
    }

    private void add(final VariableValue of) {
        switch (of) {
            case VariableValue.Real x -> add(Double.doubleToLongBits(x.value()));
            case VariableValue.Whole x -> add(x.value());
            case VariableValue.Flag x -> add(x.value() ? 1L : 0L);
            case VariableValue.Category x -> x.value().chars().forEach(this::add);
            case VariableValue.Composite composite -> composite.parts().forEach(this::add);
        }
    }

    long value() {
        return value;
    }
}
