/** Benchmarks; never a dependency of anything. */
@NullMarked
package io.tagma.perf;

import org.jspecify.annotations.NullMarked;
