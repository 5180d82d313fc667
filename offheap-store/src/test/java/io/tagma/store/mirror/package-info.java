/** Tests of the mirror's memory. */
@NullMarked
package io.tagma.store.mirror;

import org.jspecify.annotations.NullMarked;
