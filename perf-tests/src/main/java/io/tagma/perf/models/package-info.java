/** Online models beside those that people use otherwise, on public data: accuracy, rate and latency in one run. */
@NullMarked
package io.tagma.perf.models;

import org.jspecify.annotations.NullMarked;
