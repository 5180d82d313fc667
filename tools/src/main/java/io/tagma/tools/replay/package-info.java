/** {@code tagma replay}: state from the journal alone, verified and explained. */
@NullMarked
package io.tagma.tools.replay;

import org.jspecify.annotations.NullMarked;
