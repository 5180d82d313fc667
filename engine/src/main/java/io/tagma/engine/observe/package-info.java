/** Counters, histograms, JMX, the audit. */
@NullMarked
package io.tagma.engine.observe;

import org.jspecify.annotations.NullMarked;
