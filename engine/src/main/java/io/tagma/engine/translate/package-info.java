/**
 * Profiles from one model architecture to another: {@link io.tagma.engine.translate.DataTransforms} knows what a value means and
 * nothing of models; {@link io.tagma.engine.translate.Adaptation} knows where a model wants it and nothing of meanings.
 */
@NullMarked
package io.tagma.engine.translate;

import org.jspecify.annotations.NullMarked;
