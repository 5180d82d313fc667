/** Calls to what is outside an engine, bounded and shielded: off the shards, on threads of their own. */
@NullMarked
package io.tagma.engine.resilience;

import org.jspecify.annotations.NullMarked;
