package io.tagma.engine.observe;

import java.util.List;

/** Orders to an engine's models as a JMX client gives them: {@code io.tagma:type=Training,engine=NAME}. */
public interface TrainingMXBean {
    /** The engine's directory. */
    String getDirectory();

    /** Who learns, how, and which versions there are: a line for the engine and one for each model. */
    List<String> getStatus();

    /** The newest orders, the oldest first: number, input, when, who, what, why, and whether it was refused. */
    List<String> getHistory();

    /**
     * Has commands carried out, together or not at all; returns when all shards have.
     *
     * @param who gives them, one line
     * @param why, one line
     * @param commands as {@code tagma train} takes them, e.g. {@code tune velocity rate 0.5}
     * @return the order as the history has it
     * @throws IllegalArgumentException when it makes no sense, or was refused; says why
     */
    String order(String who, String why, List<String> commands);
}
