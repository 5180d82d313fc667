/**
 * One leader a topic: terms, leases, fencing tokens. Protocols without clock or I/O.
 *
 * <p>All of it runs in one process: it bears agents and shards that stall, lose messages or are cut off from each other. It
 * does not bear a process or a machine that dies; what is agreed on here dies with it.
 */
@NullMarked
package io.tagma.engine.council.leader;

import org.jspecify.annotations.NullMarked;
