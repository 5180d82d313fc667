package io.tagma.engine.observe;

import java.util.List;

/** Corrections of an engine's rows as a JMX client gives them: {@code io.tagma:type=Profiles,engine=NAME}. */
public interface ProfilesMXBean {
    /** The engine's directory. */
    String getDirectory();

    /**
     * Brings behaviour variables of a subject a step of 0.1 nearer to neutral; returns when its shard has.
     *
     * @param subject as {@code KIND:ID}
     * @param names of the variables, all or none
     * @param timeNs stream time at which it is done, e.g. the row's own
     * @param who wants it, one line
     * @param why, one line
     * @return the shard, the input after which the row was as before, and the input that changed it
     * @throws IllegalArgumentException when a variable does not exist, naming those that do; or, journaled by then, when there is no such row or all is
     *     neutral already
     */
    long[] neutralise(String subject, List<String> names, long timeNs, String who, String why);
}
