/** Tests. */
@NullMarked
package io.tagma.perf.load;

import org.jspecify.annotations.NullMarked;
