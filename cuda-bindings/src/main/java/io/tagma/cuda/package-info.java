/**
 * The CUDA driver behind one gate: {@link io.tagma.cuda.CudaDriver#open()} answers a driver that works, or why there is none.
 * Nothing is loaded before that call, and no class here has an initialiser that can fail.
 */
@NullMarked
package io.tagma.cuda;

import org.jspecify.annotations.NullMarked;
