/** Who is there: names, owners and leases behind one interface, on the heap of one process or in memory that processes share. */
@NullMarked
package io.tagma.engine.agent.registry;

import org.jspecify.annotations.NullMarked;
