package io.tagma.engine.observe;

import java.util.List;
import java.util.Map;

/** An engine's variables, and how its agents vote on them, over JMX: {@code io.tagma:type=Council,engine=NAME}. */
public interface CouncilMXBean {
    /** The engine's directory. */
    String getDirectory();

    /**
     * Every variable: {@code name}, {@code type}, {@code value}, {@code unit}, {@code range}, {@code default}, {@code version},
     * {@code sequence}, {@code policy}.
     */
    List<Map<String, String>> getVariables();

    /** Ballots that agents have cast on proposals. */
    long getVotes();

    /** Ballots against. */
    long getDissent();

    /** Proposals that carried and are, or were, a variable's value. */
    long getApplied();

    /** Proposals that did not carry. */
    long getRejected();

    /** Proposals on which no vote was taken: out of range, of the wrong type, of an unknown variable and so on. */
    long getRefused();

    /** Proposals that wait for votes. */
    int getOpen();

    /**
     * A variable's newest proposals and the versions that are kept, the oldest first: {@code proposal}, {@code sequence},
     * {@code name}, {@code value}, {@code who}, {@code why}, {@code code}, {@code fate}, {@code version}, {@code yes},
     * {@code no}, {@code dissent}, {@code reason}.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    List<Map<String, String>> history(String name);

    /**
     * Proposes a value; returns when every shard has made the change, or it did not carry.
     *
     * @param who proposes, one line
     * @param why, one line
     * @param name of the variable
     * @param value as text; the parts of a composite with {@code ;} between
     * @return what came of it, as {@link #history} has it
     */
    Map<String, String> propose(String who, String why, String name, String value);

    /**
     * Proposes to go back to an earlier version's value.
     *
     * @param version -1 for the one before the current one
     */
    Map<String, String> rollback(String who, String why, String name, long version);
}
