/** Behavioural suites as JUnit 5 tests; the only package that needs JUnit, which its users bring. */
@NullMarked
package io.tagma.tools.checklist.junit;

import org.jspecify.annotations.NullMarked;
