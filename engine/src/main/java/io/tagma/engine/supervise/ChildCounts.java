package io.tagma.engine.supervise;

/**
 * How many children a supervisor has. Immutable.
 *
 * @param specs children it knows
 * @param active of them, those that run now; not those that wait for their next life
 * @param supervisors of the known ones
 * @param workers of the known ones
 */
public record ChildCounts(int specs, int active, int supervisors, int workers) {}
