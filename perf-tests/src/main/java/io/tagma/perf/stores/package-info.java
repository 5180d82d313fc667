/** Profile rows in Tagma's store and in what people use otherwise, side by side. */
@NullMarked
package io.tagma.perf.stores;

import org.jspecify.annotations.NullMarked;
