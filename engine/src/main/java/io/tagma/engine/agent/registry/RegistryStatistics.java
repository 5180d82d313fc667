package io.tagma.engine.agent.registry;

/**
 * What a registry has done. Immutable; counts of several writers are not taken at one moment.
 *
 * @param entries names registered now
 * @param capacity most names
 * @param registered registrations of names that were free
 * @param unchanged registrations that said what was known
 * @param updated entries that their owner changed
 * @param replaced entries of dead owners taken over
 * @param refused requests that did not happen, for whatever reason
 * @param unregistered entries that their owner took away
 * @param expired entries that ended with their owner
 */
public record RegistryStatistics(
        long entries,
        long capacity,
        long registered,
        long unchanged,
        long updated,
        long replaced,
        long refused,
        long unregistered,
        long expired) {
    RegistryStatistics plus(final RegistryStatistics other) {
        return new RegistryStatistics(
                entries + other.entries,
                capacity,
                registered + other.registered,
                unchanged + other.unchanged,
                updated + other.updated,
                replaced + other.replaced,
                refused + other.refused,
                unregistered + other.unregistered,
                expired + other.expired);
    }
}
