/** Open-loop load: requests at times fixed beforehand, latencies counted from those times. */
@NullMarked
package io.tagma.perf.load;

import org.jspecify.annotations.NullMarked;
