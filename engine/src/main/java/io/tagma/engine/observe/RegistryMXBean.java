package io.tagma.engine.observe;

/** The registry of agents, as JMX shows it. Read by any thread. */
public interface RegistryMXBean {
    /** {@code heap} or {@code shared}. */
    String getBackend();

    /** Where an exchange of the backend is: SINGLE, DUAL or CUT_OVER. */
    String getPhase();

    /** Names registered now. */
    long getEntries();

    /** Most names. */
    long getCapacity();

    /** Registrations of names that were free. */
    long getRegistered();

    /** Entries of dead owners taken over. */
    long getReplaced();

    /** Requests that did not happen, for whatever reason. */
    long getRefused();

    /** Entries that ended with their owner. */
    long getExpired();
}
