/** {@code tagma tree}: what runs in an engine of another process. */
@NullMarked
package io.tagma.tools.tree;

import org.jspecify.annotations.NullMarked;
