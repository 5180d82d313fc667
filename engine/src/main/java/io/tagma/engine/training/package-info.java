/** What waits for its outcome, and how an outcome teaches. */
@NullMarked
package io.tagma.engine.training;

import org.jspecify.annotations.NullMarked;
