/** Prequential evaluation of the online models on public streams. */
@NullMarked
package io.tagma.tools.eval;

import org.jspecify.annotations.NullMarked;
