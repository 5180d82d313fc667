/** {@code tagma crash-test}: kills engines while they decide and looks whether anything that was acknowledged is gone. */
@NullMarked
package io.tagma.tools.crash;

import org.jspecify.annotations.NullMarked;
