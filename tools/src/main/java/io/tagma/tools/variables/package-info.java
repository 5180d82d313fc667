/** {@code tagma variables}: what agents share and vote on, of an engine that runs in another process, or that rests. */
@NullMarked
package io.tagma.tools.variables;

import org.jspecify.annotations.NullMarked;
