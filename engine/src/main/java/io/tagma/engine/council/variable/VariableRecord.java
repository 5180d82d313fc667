package io.tagma.engine.council.variable;

import java.util.List;

/**
 * What came of one proposal, for people. Immutable.
 *
 * @param sequence the input that settled it, on the shard that counts
 * @param proposal its number; 0 where it was refused before any vote
 * @param order number of the order from outside that it came with; 0 where an agent made it
 * @param timeNs when the order was given, epoch ns; an agent's: stream time
 * @param who proposed it
 * @param why in the proposer's words; empty for an agent's
 * @param name of the variable
 * @param value as text
 * @param code {@link VariableCode#OK} or why it was refused
 * @param fate how it ended where it was not refused, else {@link Fate#REJECTED}
 * @param version the variable's version afterwards
 * @param yes votes for it
 * @param no votes against it
 * @param dissent names of those who voted against it
 * @param reason why it was refused; empty where it was not
 */
public record VariableRecord(
        long sequence,
        long proposal,
        long order,
        long timeNs,
        String who,
        String why,
        String name,
        String value,
        VariableCode code,
        Fate fate,
        long version,
        int yes,
        int no,
        List<String> dissent,
        String reason) {
    /** Copies the list. */
    public VariableRecord {
        dissent = List.copyOf(dissent);
    }

    /** Whether it is the variable's value now, or was. */
    public boolean applied() {
        return code == VariableCode.OK && fate == Fate.APPLIED;
    }

    @Override
    public String toString() {
        final String vote = yes + " yes, " + no + " no" + (dissent.isEmpty() ? "" : ", against: " + dissent);
        final String end = code != VariableCode.OK
                ? "REFUSED " + code + ": " + reason
                : fate + (fate == Fate.APPLIED ? " as version " + version : "") + " (" + vote + ")";
        return "proposal " + proposal + "  input " + sequence + "  " + name + " = " + value + "  by " + who
                + (why.isEmpty() ? "" : " (" + why + ")") + "  " + end;
    }
}
