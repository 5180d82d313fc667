/** A whole engine under a seed that drives schedule, clock and faults. */
@NullMarked
package io.tagma.engine.simulate;

import org.jspecify.annotations.NullMarked;
