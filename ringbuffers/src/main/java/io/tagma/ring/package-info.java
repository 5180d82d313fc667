/** Rings of off-heap frame slots between threads. */
@NullMarked
package io.tagma.ring;

import org.jspecify.annotations.NullMarked;
