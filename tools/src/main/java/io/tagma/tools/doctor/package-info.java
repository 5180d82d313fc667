/** {@code tagma doctor}: what of this machine and this JVM helps or hinders the engine. */
@NullMarked
package io.tagma.tools.doctor;

import org.jspecify.annotations.NullMarked;
