/** A slow service outside, called plainly and through the engine's calls. */
@NullMarked
package io.tagma.perf.calls;

import org.jspecify.annotations.NullMarked;
