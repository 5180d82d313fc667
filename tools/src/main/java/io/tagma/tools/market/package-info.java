/** {@code tagma market}: clears auctions from files. */
@NullMarked
package io.tagma.tools.market;

import org.jspecify.annotations.NullMarked;
