package io.tagma.engine.observe;

import java.util.List;

/** An engine's agents as an operator sees them, over JMX: {@code io.tagma:type=Agents,engine=NAME}. */
public interface AgentsMXBean {
    /** The engine's directory. */
    String getDirectory();

    /** Those that failed too often and are not called any more, a line each: shard, agent, since which input, what was thrown last. */
    List<String> getSwitchedOff();

    /** The limit beyond which an agent is switched off: failures, a slash, inputs of a shard; 0/0 for none. */
    String getFailureLimit();

    /**
     * Has an agent called again on every shard where it is switched off; returns when all these have done so.
     *
     * @param agent its name
     * @param who says so, one line
     * @param why, one line
     * @return on which shards, for people
     * @throws IllegalArgumentException when there is no such agent, or it is switched off nowhere; says which are
     */
    String revive(String agent, String who, String why);
}
