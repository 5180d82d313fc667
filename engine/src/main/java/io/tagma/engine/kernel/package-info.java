/**
 * The arithmetic of the models: one scalar reference that is the specification, and providers that agree with it to the
 * last bit.
 *
 * <p>The rule of every kernel: lanes run across outputs, never across a sum. Each output is added up in one fixed order
 * with fused multiply-adds, so that any lane width, and any machine, gives the same float.
 */
@NullMarked
package io.tagma.engine.kernel;

import org.jspecify.annotations.NullMarked;
