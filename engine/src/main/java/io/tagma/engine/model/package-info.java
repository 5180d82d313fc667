/**
 * Models of numeric features that learn one example at a time, the detectors of drift that they use, and the registry of their types.
 *
 * <p>All of it is a function of the examples in their order: sums have one order, elementary functions are either exactly
 * specified or those of {@link java.lang.StrictMath}, randomness is seeded. Two runs over one stream agree to the last bit.
 */
@NullMarked
package io.tagma.engine.model;

import org.jspecify.annotations.NullMarked;
