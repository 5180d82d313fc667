/** What a job of the {@code tagma} command is, and which there are. */
@NullMarked
package io.tagma.tools.scenario;

import org.jspecify.annotations.NullMarked;
