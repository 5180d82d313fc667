/** What other modules add to the {@code tagma} command. */
@NullMarked
package io.tagma.tools.spi;

import org.jspecify.annotations.NullMarked;
