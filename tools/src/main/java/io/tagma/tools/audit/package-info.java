/** {@code tagma audit}: decisions as they were recorded. */
@NullMarked
package io.tagma.tools.audit;

import org.jspecify.annotations.NullMarked;
