/** What the arithmetic costs. */
@NullMarked
package io.tagma.perf.kernel;

import org.jspecify.annotations.NullMarked;
