/** Images of shards in the memory of other processes, with parity over them. */
@NullMarked
package io.tagma.store.mirror;

import org.jspecify.annotations.NullMarked;
