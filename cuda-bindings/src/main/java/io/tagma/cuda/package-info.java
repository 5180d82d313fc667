/** The CUDA driver behind one gate. */
@NullMarked
package io.tagma.cuda;

import org.jspecify.annotations.NullMarked;
