/** Tests of rows, journal, audit and directory; child processes where a process must die or be another. */
@NullMarked
package io.tagma.store;

import org.jspecify.annotations.NullMarked;
