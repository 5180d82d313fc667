/** {@code tagma verify} and {@code tagma repair}: what is damaged in an engine's directory, and putting it right. */
@NullMarked
package io.tagma.tools.verify;

import org.jspecify.annotations.NullMarked;
