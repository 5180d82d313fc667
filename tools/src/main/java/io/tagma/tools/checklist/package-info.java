/** Behavioural tests of the intent classifier: what it must get right, what must not change its mind, and what must. */
@NullMarked
package io.tagma.tools.checklist;

import org.jspecify.annotations.NullMarked;
