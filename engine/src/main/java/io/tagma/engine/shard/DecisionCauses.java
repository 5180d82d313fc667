package io.tagma.engine.shard;

import java.util.List;

/**
 * What those who took part in a decision knew of when it was made. Immutable, made by a replay.
 *
 * @param clocks vector clocks of those who took part; empty where no agent ever sent a message
 * @param messages the newest messages among those that they had received, or that who wrote to them knew of; the oldest first
 * @param variables the engine's variables as they were
 * @param outcomes of earlier decisions that had been taught on this shard
 * @param outcomeInput the last of them, 0 for none
 */
public record DecisionCauses(
        List<Clock> clocks, List<Message> messages, List<Held> variables, long outcomes, long outcomeInput) {
    /** Nothing. */
    static final DecisionCauses NONE = new DecisionCauses(List.of(), List.of(), List.of(), 0, 0);

    /** Copies the lists. */
    public DecisionCauses {
        clocks = List.copyOf(clocks);
        messages = List.copyOf(messages);
        variables = List.copyOf(variables);
    }

    /**
     * One agent's clock.
     *
     * @param agent its name
     * @param clock how many events of each seat ({@code shard * agents + agent}) it knew of, e.g. <code>{1,3,·,2}</code>
     */
    public record Clock(String agent, String clock) {}

    /**
     * One message.
     *
     * @param sequence the input after which it was received
     * @param from name of who sent it
     * @param to name of who received it
     * @param kind the agents' own number for what it is
     * @param clock what the sender knew
     */
    public record Message(long sequence, String from, String to, int kind, String clock) {}

    /**
     * One variable.
     *
     * @param name of the variable
     * @param value as text
     * @param version its number, 0 for the first value
     * @param since the first input of this shard that saw it
     * @param proposal that it came from, 0 for none
     * @param vote what is known of the vote, empty on a shard that does not count
     */
    public record Held(String name, String value, long version, long since, long proposal, String vote) {}
}
