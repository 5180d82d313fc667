/** Who gets the task: candidates by capability, sealed bids, reputation. */
@NullMarked
package io.tagma.engine.market;

import org.jspecify.annotations.NullMarked;
