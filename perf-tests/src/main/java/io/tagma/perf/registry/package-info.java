/** {@code tagma bench registry}: looking up, registering, watching and discovering, beside what people use otherwise. */
@NullMarked
package io.tagma.perf.registry;

import org.jspecify.annotations.NullMarked;
