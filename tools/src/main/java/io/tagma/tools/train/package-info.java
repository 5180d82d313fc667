/** {@code tagma train}: orders to the models of an engine that runs in another process, or that rests. */
@NullMarked
package io.tagma.tools.train;

import org.jspecify.annotations.NullMarked;
