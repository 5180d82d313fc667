/**
 * The card-fraud scenario without an engine: where transactions come from, what a card's and a terminal's rows
 * remember, what the models see, how four specialists become one verdict, and how well all of it ranks.
 *
 * <p>Everything here is a plain function of its arguments or a small single-threaded object, so that the engine's
 * agents and every peer of the benchmark run the very same arithmetic.
 */
@NullMarked
package io.tagma.tools.fraud;

import org.jspecify.annotations.NullMarked;
