/** Rules over profile rows. */
@NullMarked
package io.tagma.engine.profile;

import org.jspecify.annotations.NullMarked;
