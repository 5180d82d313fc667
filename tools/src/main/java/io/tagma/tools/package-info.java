/** The {@code tagma} command. */
@NullMarked
package io.tagma.tools;

import org.jspecify.annotations.NullMarked;
