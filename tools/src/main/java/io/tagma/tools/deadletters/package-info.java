/** {@code tagma dead-letters}: events on which too many agents failed. */
@NullMarked
package io.tagma.tools.deadletters;

import org.jspecify.annotations.NullMarked;
