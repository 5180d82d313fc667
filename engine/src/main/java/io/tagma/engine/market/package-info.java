/** Who gets the task, at what price, and what becomes of it: candidates, auctions, contracts, credits, reputation, statistics. */
@NullMarked
package io.tagma.engine.market;

import org.jspecify.annotations.NullMarked;
