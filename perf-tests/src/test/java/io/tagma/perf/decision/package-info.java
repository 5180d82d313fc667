/** Tests. */
@NullMarked
package io.tagma.perf.decision;

import org.jspecify.annotations.NullMarked;
