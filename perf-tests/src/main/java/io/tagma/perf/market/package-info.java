/** What votes and auctions cost. */
@NullMarked
package io.tagma.perf.market;

import org.jspecify.annotations.NullMarked;
