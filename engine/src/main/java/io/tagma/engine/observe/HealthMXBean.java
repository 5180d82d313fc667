package io.tagma.engine.observe;

/** How an engine is, over all its stations: {@code io.tagma:type=Health,engine=NAME}. */
public interface HealthMXBean {
    /** The worst of its stations: {@code ready}; {@code degraded}; {@code live}, where a part does not work. */
    String getState();

    /** Whether it takes work and does all of it. */
    boolean isReady();

    /** Whether it takes work. */
    boolean isWorking();

    /** A line for each station that is not ready: its name, how it is, why. */
    String[] getReasons();

    /** A line for each station. */
    String[] getStations();
}
