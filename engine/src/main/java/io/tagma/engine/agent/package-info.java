/** The agent contract, the registry in which agents are found, and the cell that shields a shard from a failing one. */
@NullMarked
package io.tagma.engine.agent;

import org.jspecify.annotations.NullMarked;
