/** Races provoked by jcstress: what two threads may see of a row and of a ring. */
@NullMarked
package io.tagma.perf.stress;

import org.jspecify.annotations.NullMarked;
