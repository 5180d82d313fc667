/** Profile rows, the journal and the audit. */
@NullMarked
package io.tagma.store;

import org.jspecify.annotations.NullMarked;
