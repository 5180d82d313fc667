/** {@code tagma profile}: one row. */
@NullMarked
package io.tagma.tools.profile;

import org.jspecify.annotations.NullMarked;
