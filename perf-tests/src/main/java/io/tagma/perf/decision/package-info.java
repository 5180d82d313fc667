/** The same card-fraud decisions made by Tagma and by its peers, each in a JVM of its own, side by side in one run. */
@NullMarked
package io.tagma.perf.decision;

import org.jspecify.annotations.NullMarked;
