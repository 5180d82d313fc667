/** What a ring costs, beside the Disruptor's own. */
@NullMarked
package io.tagma.perf.ring;

import org.jspecify.annotations.NullMarked;
