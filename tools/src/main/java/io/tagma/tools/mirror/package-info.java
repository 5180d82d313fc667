/** {@code tagma mirror}: a live engine's state in the memory of other processes. */
@NullMarked
package io.tagma.tools.mirror;

import org.jspecify.annotations.NullMarked;
