/** How several opinions become one: votes. */
@NullMarked
package io.tagma.engine.council;

import org.jspecify.annotations.NullMarked;
