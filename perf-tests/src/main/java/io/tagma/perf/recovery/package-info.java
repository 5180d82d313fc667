/** How long an engine that was killed takes to come back, from each of the places it can come back from. */
@NullMarked
package io.tagma.perf.recovery;

import org.jspecify.annotations.NullMarked;
