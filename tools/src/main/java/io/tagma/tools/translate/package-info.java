/** {@code tagma translate}: a profile from one model architecture to another, with how faithful that is. */
@NullMarked
package io.tagma.tools.translate;

import org.jspecify.annotations.NullMarked;
