/** What a failure costs, and who pays. */
@NullMarked
package io.tagma.engine.resilience;

import org.jspecify.annotations.NullMarked;
