package io.tagma.engine.council.variable;

import java.util.List;

/**
 * A shard's variables at one moment, for any thread. Immutable.
 *
 * @param lastOrder number of the last order from outside
 * @param lastSettled greatest number of a proposal that this shard knows to be settled
 * @param open proposals that are not settled; always 0 on a shard that does not count
 * @param votes ballots cast so far, by agents of all shards; 0 on a shard that does not count
 * @param dissent ballots against
 * @param applied changes so far
 * @param rejected proposals that did not carry
 * @param refused proposals that no vote was taken on
 * @param variables in the order of their declaration
 * @param records the newest proposals, the oldest first; empty on a shard that does not count
 */
public record VariableStatus(
        long lastOrder,
        long lastSettled,
        int open,
        long votes,
        long dissent,
        long applied,
        long rejected,
        long refused,
        List<Held> variables,
        List<VariableRecord> records) {
    /** Of an engine without variables. */
    public static final VariableStatus NONE = new VariableStatus(0, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of());

    /** Copies the lists. */
    public VariableStatus {
        variables = List.copyOf(variables);
        records = List.copyOf(records);
    }

    /**
     * One variable.
     *
     * @param spec what it may be
     * @param policy how a proposal becomes a change
     * @param versions those kept, the current one last
     */
    public record Held(VariableSpec spec, String policy, List<VariableVersion> versions) {
        /** Copies the list. */
        public Held {
            versions = List.copyOf(versions);
        }

        /** The current version. */
        public VariableVersion now() {
            return versions.getLast();
        }
    }
}
