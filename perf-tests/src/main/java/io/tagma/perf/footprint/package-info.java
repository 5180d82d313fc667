/** What agents cost that share a context, beside agents that each have a copy. */
@NullMarked
package io.tagma.perf.footprint;

import org.jspecify.annotations.NullMarked;
