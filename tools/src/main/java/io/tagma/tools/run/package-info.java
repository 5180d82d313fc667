/** {@code tagma run}: drives an engine with a scenario's events and says how it went. */
@NullMarked
package io.tagma.tools.run;

import org.jspecify.annotations.NullMarked;
