/** {@code tagma registry}: who is registered with a running engine, and who comes and goes. */
@NullMarked
package io.tagma.tools.registry;

import org.jspecify.annotations.NullMarked;
