package io.tagma.engine.council.variable;

/** When a proposal becomes a change. A pure function, the same on every shard and at every replay. */
@FunctionalInterface
public interface VariablePolicy {
    /** What a policy finds. */
    enum Finding {
        /** It shall be applied at its sequence. */
        ACCEPTED,
        /** It shall not. */
        REJECTED,
        /** Votes are wanted; it lapses if still open at its sequence. */
        OPEN
    }

    /**
     * Judges a proposal, once when it is made and again after every vote until it is not open any more.
     *
     * @param proposal with the votes so far
     * @param concerned how many may vote
     */
    Finding judge(VariableProposal proposal, int concerned);

    /**
     * Whether a proposal is applied although another change came between it and its sequence. If not, it is stale: its voters
     * were asked about another state of things.
     */
    default boolean overwrites() {
        return false;
    }

    /** A name for configurations and reports. */
    default String policyName() {
        return "custom";
    }

    /** Every proposal is applied; of several for one sequence the one proposed last stays. */
    static VariablePolicy lastWriteWins() {
        return new VariablePolicy() {
            @Override
            public Finding judge(final VariableProposal proposal, final int concerned) {
                return Finding.ACCEPTED;
            }

            @Override
            public boolean overwrites() {
                return true;
            }

            @Override
            public String policyName() {
                return "last-write-wins";
            }
        };
    }

    /**
     * A share of those concerned must agree; who keeps silent does not. Settled as soon as the votes that are out cannot
     * change it.
     *
     * @param share in (0,1], e.g. 1 for all
     */
    static VariablePolicy consensus(final double share) {
        if (!(share > 0.0 && share <= 1.0)) {
            throw new IllegalArgumentException("consensus needs a share above 0 and at most 1, e.g. 0.6: " + share);
        }
        return new VariablePolicy() {
            @Override
            public Finding judge(final VariableProposal proposal, final int concerned) {
                if ((double) proposal.yes() / concerned >= share) {
                    return Finding.ACCEPTED;
                }
                return (double) (concerned - proposal.no()) / concerned < share ? Finding.REJECTED : Finding.OPEN;
            }

            @Override
            public String policyName() {
                return "consensus " + share;
            }
        };
    }
}
