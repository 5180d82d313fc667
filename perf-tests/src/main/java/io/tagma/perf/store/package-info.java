/** What rows and journal cost. */
@NullMarked
package io.tagma.perf.store;

import org.jspecify.annotations.NullMarked;
