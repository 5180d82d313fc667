/** What votes cost. */
@NullMarked
package io.tagma.perf.council;

import org.jspecify.annotations.NullMarked;
