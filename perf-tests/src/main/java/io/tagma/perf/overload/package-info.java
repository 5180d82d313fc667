/** What happens when more comes in than can be decided: an engine that rejects beside a design that queues without a bound. */
@NullMarked
package io.tagma.perf.overload;

import org.jspecify.annotations.NullMarked;
