/**
 * How several opinions become one: votes, negotiation, agreement among agents of whom some lie, and which event knew of which.
 *
 * <p>All of it is within one process: it bears faulty agents, not a process or a machine that dies.
 */
@NullMarked
package io.tagma.engine.council;

import org.jspecify.annotations.NullMarked;
