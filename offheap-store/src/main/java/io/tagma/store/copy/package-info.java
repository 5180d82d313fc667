/** Copies of an engine's directory on other disks, kept while the engine runs. */
@NullMarked
package io.tagma.store.copy;

import org.jspecify.annotations.NullMarked;
