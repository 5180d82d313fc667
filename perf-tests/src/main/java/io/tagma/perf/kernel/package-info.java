/** What the kernels and the intent classifier cost, provider by provider. */
@NullMarked
package io.tagma.perf.kernel;

import org.jspecify.annotations.NullMarked;
