/** {@code tagma council}: the engine's votes, offline. */
@NullMarked
package io.tagma.tools.council;

import org.jspecify.annotations.NullMarked;
