/** Tests. */
@NullMarked
package io.tagma.perf.stress;

import org.jspecify.annotations.NullMarked;
