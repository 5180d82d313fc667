/** Faults on purpose: what goes wrong when, as a pure function of a seed, and agents that do it. */
@NullMarked
package io.tagma.tools.chaos;

import org.jspecify.annotations.NullMarked;
