/**
 * What an event's text asks for: features of the text, a classifier that learns as outcomes arrive, what the subject's own
 * past says, and how far a text is from all that was learnt.
 */
@NullMarked
package io.tagma.engine.intent;

import org.jspecify.annotations.NullMarked;
